// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace Faults.Ends;

/// <summary>What a host's kernel has dropped, each packet in one of its counters (snmp_counter.rst of the kernel's documentation).</summary>
internal static class KernelDrops
{
    /// <summary>Udp InErrors has those of RcvbufErrors and InCsumErrors in it; Ip InHdrErrors those of IpExt InCsumErrors.</summary>
    private static readonly string[] s_received =
    [
        "Ip:InHdrErrors", "Ip:InAddrErrors", "Ip:InDiscards", "IpExt:InNoRoutes", "IpExt:InTruncatedPkts",
        "TcpExt:IPReversePathFilter", "Udp:NoPorts", "Udp:InErrors",
        "Ip6InHdrErrors", "Ip6InNoRoutes", "Ip6InAddrErrors", "Ip6InTruncatedPkts", "Ip6InDiscards",
        "Udp6NoPorts", "Udp6InErrors",
    ];

    /// <summary>Packets that came to this host and went to no socket.</summary>
    public static long Received(NetworkNamespace host) => host.Run(() =>
    {
        Dictionary<string, long> counters = Counters();
        return s_received.Sum(name => counters.GetValueOrDefault(name))
            + Math.Max(counters.GetValueOrDefault("Ip:InUnknownProtos"), RawSocketDrops("raw"))
            + Math.Max(counters.GetValueOrDefault("Ip6InUnknownProtos"), RawSocketDrops("raw6"));
    });

    /// <summary>Packets that sockets have sent and the device's queue has dropped; the kernel does not tell the sockets.</summary>
    public static long Queued(NetworkNamespace host)
    {
        string text = ProcessRunner.Check("nsenter", $"--net={host.Path}", "tc", "-s", "-j", "qdisc", "show", "dev", FaultyLine.Device);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.EnumerateArray().Sum(queue => queue.GetProperty("drops").GetInt64());
    }

    /// <summary>All counters that are not zero, for a message.</summary>
    public static string Describe(NetworkNamespace host) => host.Run(() => string.Join(
        ' ', Counters().Where(counter => counter.Value != 0).Select(counter => $"{counter.Key}={counter.Value}")));

    private static Dictionary<string, long> Counters()
    {
        // Of the thread: /proc/net is the main thread's.
        const string folder = "/proc/thread-self/net/";
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        foreach (string file in new[] { "snmp", "netstat" })
        {
            string[] lines = File.ReadAllLines(folder + file);
            for (int i = 0; i + 1 < lines.Length; i += 2)
            {
                string[] names = lines[i].Split(' ');
                string[] values = lines[i + 1].Split(' ');
                for (int field = 1; field < names.Length; field++)
                {
                    counters[names[0] + names[field]] = long.Parse(values[field], CultureInfo.InvariantCulture);
                }
            }
        }

        foreach (string line in File.ReadAllLines(folder + "snmp6"))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            counters[fields[0]] = long.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        return counters;
    }

    /// <summary>
    /// Raw sockets have no counter of the protocol; the last column of /proc/net/raw is the socket's. Newer kernels take a packet that
    /// a full socket has refused for one of an unknown protocol, too, and tell its sender so by ICMP.
    /// </summary>
    private static long RawSocketDrops(string file) => File.ReadAllLines("/proc/thread-self/net/" + file)
        .Skip(1)
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture));
}
