// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.TwoHosts;

/// <summary>
/// Two labs as two hosts, a QEMU with the plugin in each, and a router on the path between them, which is as wide as the guests'
/// own networks:
///
///     first lab                        second lab
///     host: tap0 - QEMU - eth0 ======= eth0 - router - wire ---- wire - QEMU - tap0 :peer
///           10.9.0.1   192.0.2.1       192.0.2.254  198.51.100.254   198.51.100.2  10.9.0.2
///                          MTU 1500                    MTU 1500, then 1400
/// </summary>
public sealed class HostPair : IDisposable
{
    private readonly Belongings _belongings = new();
    private readonly TemporaryDirectory _directory;
    private readonly LabGuest _first;
    private readonly LabGuest _second;

    /// <summary>Boots both, and sets up the tunnel.</summary>
    public HostPair()
    {
        _directory = _belongings.Add(new TemporaryDirectory());
        try
        {
            _first = _belongings.Add(new LabGuest(PathArguments(1)));
            _second = _belongings.Add(new LabGuest(PathArguments(2)));
            Task<LabQemu> first = Task.Run(SetUpFirst, TestContext.Current.CancellationToken);
            LabQemu second = SetUpSecond();
            Commands = [.. On(Place.Host, first.GetAwaiter().GetResult()), .. On(Place.Peer, second)];
            _first.RunIn(Place.Host, $"for i in $(seq 50); do if ping -c 1 -W 1 {Tunnel.Inner.Peer}; then exit; fi; done; exit 1");
            _second.RunIn(Place.Peer, "iperf3 -s -D");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tunnel.</summary>
    public static TunnelOptions Tunnel { get; } = new() { FarAddress = "198.51.100.2", CookieToPeer = CookieSize.Bits64, CookieFromPeer = CookieSize.Bits64 };

    /// <summary>What was run on both.</summary>
    public IReadOnlyList<string> Commands { get; }

    /// <summary>Runs a script on the first host.</summary>
    public string Run(string script) => _first.RunIn(Place.Host, script);

    /// <summary>Changes the path behind the router: the first host learns of it by ICMP only (RFC 1191).</summary>
    public void SetPathMtu(int mtu) => _second.Run(string.Create(
        CultureInfo.InvariantCulture,
        $"ip link set wire mtu {mtu}; nsenter --net=/run/netns/peer ip link set wire mtu {mtu}"));

    /// <summary>FragCreates of all three (RFC 4293).</summary>
    public long Fragments()
    {
        const string read = "cat /proc/net/snmp";
        return new[] { _first.RunIn(Place.Host, read), _second.Run(read), _second.RunIn(Place.Peer, read) }.Sum(FragCreates);
    }

    public void Dispose() => _belongings.Dispose();

    private static IEnumerable<string> On(string place, LabQemu qemu) =>
        qemu.NicCommands(Tunnel).Prepend(qemu.Command([Tunnel])).Select(command => $"{place}: {command}");

    private static long FragCreates(string counters)
    {
        string[][] rows = [.. counters.Split('\n').Where(line => line.StartsWith("Ip:", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        return long.Parse(rows[1][Array.IndexOf(rows[0], "FragCreates")], CultureInfo.InvariantCulture);
    }

    private string[] PathArguments(int end) =>
    [
        "-netdev", $"dgram,id=path,local.type=unix,local.path={_directory.File($"{end}")},remote.type=unix,remote.path={_directory.File($"{3 - end}")}",
        "-device", $"virtio-net-pci,netdev=path,mac=52:54:00:00:00:0{end}",
    ];

    private LabQemu SetUpFirst()
    {
        _first.Run("ip netns add host; ip link set eth0 netns host");
        _first.RunIn(Place.Host, LabScript.Batch(
        [
            "ip address add 192.0.2.1/24 dev eth0",
            "ip link set eth0 up",
            "ip route add default via 192.0.2.254",
        ]));
        return new LabQemu(_first, Place.Host, [Tunnel]);
    }

    private LabQemu SetUpSecond()
    {
        _second.Run("ip netns add peer; echo 1 >/proc/sys/net/ipv4/ip_forward\n" + LabScript.Batch(
        [
            "ip address add 192.0.2.254/24 dev eth0",
            "ip link set eth0 up",
            "ip link add wire type veth peer name wire netns peer",
            "ip address add 198.51.100.254/24 dev wire",
            "ip link set wire up",
        ]));
        _second.RunIn(Place.Peer, LabScript.Batch(
        [
            "ip address add 198.51.100.2/24 dev wire",
            "ip link set wire up",
            "ip route add default via 198.51.100.254",
        ]));
        return new LabQemu(_second, Place.Peer, [Tunnel]);
    }
}
