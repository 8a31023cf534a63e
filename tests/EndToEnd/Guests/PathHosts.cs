// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>Two hosts, namespaces joined by a veth, with a QEMU and a guest each.</summary>
public sealed class PathHosts : IDisposable
{
    private readonly NetworkNamespace _firstHost = new();
    private readonly NetworkNamespace _secondHost = new();

    public PathHosts()
    {
        _firstHost.Ip("link", "add", "path", "type", "veth", "peer", "name", "path", "netns", Path.GetFileName(_secondHost.Path));
        Configure(_firstHost, 1);
        Configure(_secondHost, 2);
        First = Start(_firstHost, 1);
        Second = Start(_secondHost, 2);
        foreach (GuestLink link in Links)
        {
            link.Configure(First, 1);
            link.Configure(Second, 2);
            First.WaitForAnswer(link.Address(2));
        }

        Second.ServeIperf();
    }

    /// <summary>A NIC that leaves segmentation to the plugin, and one that does not.</summary>
    public static IReadOnlyList<GuestLink> Links { get; } =
        [new(0, "virtio-net-pci", Encapsulation.Udp4), new(1, "e1000", Encapsulation.Udp4)];

    public Guest First { get; }

    public Guest Second { get; }

    public void SetMtu(int mtu)
    {
        string bytes = mtu.ToString(CultureInfo.InvariantCulture);
        _firstHost.Ip("link", "set", "path", "mtu", bytes);
        _secondHost.Ip("link", "set", "path", "mtu", bytes);
    }

    /// <summary>FragCreates of both hosts (RFC 4293).</summary>
    public long FragmentsMade() => FragmentsMade(_firstHost) + FragmentsMade(_secondHost);

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _firstHost.Dispose();
        _secondHost.Dispose();
    }

    private static long FragmentsMade(NetworkNamespace host)
    {
        string[][] rows = host.Run(() => File.ReadAllLines("/proc/thread-self/net/snmp")
            .Where(line => line.StartsWith("Ip:", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToArray());
        return long.Parse(rows[1][Array.IndexOf(rows[0], "FragCreates")], CultureInfo.InvariantCulture);
    }

    private static void Configure(NetworkNamespace host, int end)
    {
        host.Ip("address", "add", string.Create(CultureInfo.InvariantCulture, $"10.78.0.{end}/24"), "dev", "path");
        host.Ip("link", "set", "path", "up");
    }

    private static Guest Start(NetworkNamespace host, int end) => new(new QemuOptions
    {
        Plugin = true,
        Namespace = host,
        Arguments = [.. Links.SelectMany(link => new[] { "-netdev", OnPath(link, end).ToString(), "-device", link.Device(end) })],
    });

    private static L2tpv3Netdev OnPath(GuestLink link, int end)
    {
        L2tpv3Netdev first = link.Netdev(1) with { Source = "10.78.0.1", Destination = "10.78.0.2" };
        return end == 1 ? first : first.OtherEnd();
    }
}
