// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>One lab with all rows of the table in it, and what every row is asked.</summary>
public sealed class PeerLab : IDisposable
{
    private readonly LabQemu _qemu;
    private readonly LabQemu _stock;
    private readonly Dictionary<(string Place, string Nic), string> _macAddresses = [];

    /// <summary>Boots it, and sets up every tunnel.</summary>
    public PeerLab()
    {
        Guest.Run("scripts/lab-hosts");
        Guest.RunIn(Place.Host, LabScript.Batch(PeerTable.Peers.SelectMany(peer => peer.HostCommands.Prepend(AddressCommand(peer.Tunnel.HostAddress)))));
        Guest.RunIn(Place.Peer, LabScript.Batch(PeerTable.Peers.SelectMany(peer => peer.PeerCommands.Prepend(AddressCommand(peer.Tunnel.PeerAddress)))));
        _qemu = new LabQemu(Guest, Place.Host, [.. PeerTable.Peers.Select(peer => peer.Tunnel)]);
        _stock = new LabQemu(Guest, Place.Peer, [.. PeerTable.Peers.OfType<StockPeer>().Select(peer => peer.Tunnel)], isStock: true);
        Capture = new Capture(Guest);
        foreach (IGrouping<string, Peer> place in PeerTable.Peers.GroupBy(peer => peer.InnerPlace, StringComparer.Ordinal))
        {
            Guest.RunIn(place.Key, "iperf3 -s -D");
            Reflect(place.Key, place.Select(peer => peer.InnerNic));
            ReadMacAddresses(place.Key);
        }

        ReadMacAddresses(Place.Host);
    }

    /// <summary>The guest.</summary>
    public LabGuest Guest { get; } = new();

    /// <summary>What is on the wire.</summary>
    public Capture Capture { get; }

    /// <summary>What was run for a row.</summary>
    public IReadOnlyList<string> Commands(Peer peer) =>
    [
        .. On(Place.Host, [.. peer.HostCommands, _qemu.Command([peer.Tunnel]), .. _qemu.NicCommands(peer.Tunnel)]),
        .. On(Place.Peer, peer is StockPeer ? [_stock.Command([peer.Tunnel]), .. _stock.NicCommands(peer.Tunnel)] : peer.PeerCommands),
    ];

    /// <summary>Has the frames that come to some NICs sent back (folder frames).</summary>
    public void Reflect(string place, IEnumerable<string> nics) => Guest.RunIn(place, $"""
        {FramesProgram.Path} reflect {string.Join(' ', nics)} >/run/reflect 2>&1 &
        for i in $(seq 200); do if grep -q ready /run/reflect; then exit; fi; sleep 0.05; done
        cat /run/reflect; exit 1
        """);

    /// <summary>A NIC's address.</summary>
    public string MacAddress(string place, string nic) => _macAddresses[(place, nic)];

    /// <summary>Asserts all that is asked of a row.</summary>
    public void AssertPasses(Peer peer)
    {
        RowChecks checks = new(script => Guest.RunIn(Place.Host, script));
        checks.AssertPings(peer.Tunnel);
        if (peer.IsEncrypted)
        {
            Capture.AssertEncrypted(peer);
        }
        else
        {
            Capture.AssertDecoded(peer, MacAddress(Place.Host, peer.Tunnel.Tap), MacAddress(peer.InnerPlace, peer.InnerNic));
        }

        checks.AssertFrames(peer.Tunnel, peer.KeepsOrder, peer.IsBridged ? MacAddress(peer.InnerPlace, peer.InnerNic) : string.Empty);
        checks.AssertBulkTcp(peer.Tunnel);
        RowChecks.AssertNoChecksumErrors(Counters(Place.Host) + Counters(peer.InnerPlace));
        AssertNoDrops(peer);
    }

    /// <summary>Asserts that the plugin has refused nothing.</summary>
    public void AssertNoDrops(Peer peer)
    {
        string info = _qemu.Info(peer.Tunnel);
        Assert.True(info.Contains("drops 0", StringComparison.Ordinal), info);
    }

    public void Dispose() => Guest.Dispose();

    private static IEnumerable<string> On(string place, IEnumerable<string> commands) => commands.Select(command => $"{place}: {command}");

    private static string AddressCommand(string address) => address.Contains(':', StringComparison.Ordinal)
        ? $"ip address replace {address}/64 dev wire nodad"
        : $"ip address replace {address}/24 dev wire";

    private string Counters(string place) => Guest.RunIn(place, "cat /proc/net/snmp /proc/net/snmp6");

    // A line: name or name@other, state, address.
    private void ReadMacAddresses(string place)
    {
        foreach (string line in Guest.RunIn(place, "ip -brief link").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _macAddresses[(place, words[0].Split('@')[0])] = words[2];
        }
    }
}

/// <summary>The test classes that name it run one after the other, in the same lab.</summary>
[CollectionDefinition(nameof(PeerLab))]
public sealed class PeerLabDefinition : ICollectionFixture<PeerLab>;
