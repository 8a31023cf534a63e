// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// The drops column of /proc/net/udp (proc(5)): datagrams that a socket had no room for; those of a run that was not split count each.
/// </summary>
public static class UdpDrops
{
    private const int LocalAddressColumn = 1;

    /// <summary>Of the sockets at an IPv4 port of a namespace.</summary>
    public static long Of(NetworkNamespace network, int localPort) => network.Run(() => Of(localPort));

    /// <summary>Of those in the caller's namespace.</summary>
    public static long Of(int localPort)
    {
        string suffix = ":" + localPort.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadAllLines("/proc/thread-self/net/udp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells[LocalAddressColumn].EndsWith(suffix, StringComparison.Ordinal))
            .Sum(cells => long.Parse(cells[^1], CultureInfo.InvariantCulture));
    }
}
