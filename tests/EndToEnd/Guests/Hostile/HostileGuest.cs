// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;
using EndToEnd.Observation;

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// A guest that misbehaves on one of its NICs, and its two others, which must not notice:
///
///     guest -- nic0, hostile -- n0 -- UDP ------------- CountingPeer
///           -- nic1, virtio --- n1 -- UDP, IPv6 ---.
///           -- nic2, e1000e --- n2 -- raw IP ------- another QEMU -- taps -- PingLoop
/// </summary>
public sealed class HostileGuest : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    private readonly FaultTable _table = new(
        "hostile-guest", "fault", "cases", "frames of the guest", "of the peer", "delivered", "counted as dropped", "unaccounted", "pings of other tunnels", "answered", "crashes");

    private readonly NetworkNamespace _network = new();
    private readonly StatProgram _stat = new();
    private readonly Neighbours _neighbours;
    private readonly CountingPeer _peer;

    public HostileGuest()
    {
        _network.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        TunnelTable.AddAddresses(_network, NeighbourLinks.Select(link => link.Netdev(1)));
        Guest = new Guest(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Environment = _stat.Environment,
            Arguments = [.. NeighbourLinks.Prepend(Link).SelectMany(link => link.Arguments(1))],
        });
        _neighbours = new Neighbours(_network, NeighbourLinks);
        _peer = new CountingPeer(_network, Link.Netdev(1));
        _neighbours.Connect(Guest);
        Link.Configure(Guest, 1);
    }

    /// <summary>The NIC that the guest misuses.</summary>
    public static GuestLink Link { get; } = new(0, "virtio-net-pci", Encapsulation.Udp4);

    /// <summary>The guest.</summary>
    public Guest Guest { get; }

    private static IReadOnlyList<GuestLink> NeighbourLinks { get; } =
        [new(1, "virtio-net-pci", Encapsulation.Udp6), new(2, "e1000e", Encapsulation.Ip4)];

    /// <summary>The name of the hostile NIC in the guest.</summary>
    public string Nic => Guest.Run($"basename $(dirname $(grep -l {Link.Mac(1)} /sys/class/net/*/address))").Trim();

    /// <summary>
    /// Does something hostile while the peer sends and the neighbours are pinged, and asserts that every ping is answered, every frame
    /// accounted for, and nothing broken.
    /// </summary>
    /// <param name="fault">What it is, for the table.</param>
    /// <param name="cases">How many of it.</param>
    /// <param name="keepsNic">The NIC stays, and with it what it has counted.</param>
    /// <param name="deed">Does it.</param>
    internal void Suffers(string fault, int cases, bool keepsNic, Action deed)
    {
        string nic = keepsNic ? Nic : string.Empty;
        Account before = AtRest(nic);
        PingLoop[] pings = _neighbours.Ping();
        Account after;
        try
        {
            _peer.SendToGuest(true);
            deed();
            Guest.Run("killall -q hostile; true");
            _peer.SendToGuest(false);
            after = Settled(before, nic);
        }
        finally
        {
            Array.ForEach(pings, ping => ping.Dispose());
        }

        int sent = pings.Sum(ping => ping.Sent);
        int answered = pings.Sum(ping => ping.Answered);
        Traffic traffic = after.Traffic;
        _table.Add(
            fault,
            cases,
            traffic.GuestFrames,
            traffic.Datagrams,
            traffic.Sent + traffic.Received,
            traffic.TransmitDrops + traffic.ReceiveDrops,
            after.Unaccounted,
            sent,
            answered,
            Guest.Qemu.HasExited ? 1 : 0);
        Assert.Equal(sent, answered);
        Assert.True(after.Unaccounted == 0, $"{fault}: {after}\n{Info()}");
        Assert.Equal(0, traffic.InternalErrors);
        Assert.DoesNotContain("internal errors", Info(), StringComparison.Ordinal);
        Assert.DoesNotContain("garbage collections", Info(), StringComparison.Ordinal);
        AssertWorks();
    }

    /// <summary>The NIC is back.</summary>
    public void Configure() => Link.Configure(Guest, 1);

    public void Dispose()
    {
        _table.Dispose();
        _peer.Dispose();
        _neighbours.Dispose();
        Guest.Dispose();
        _stat.Dispose();
        _network.Dispose();
    }

    /// <summary>The account when nothing is under way any more.</summary>
    private Account AtRest(string nic)
    {
        Account last = Read(nic);
        for (Account next = Next(); next != last; next = Next())
        {
            last = next;
        }

        return last;

        Account Next()
        {
            Thread.Sleep(s_look);
            return Read(nic);
        }
    }

    /// <summary>What has been done since; on a busy machine the peer may have much to read.</summary>
    private Account Settled(Account before, string nic)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        Account account = AtRest(nic).Since(before);
        while (account.Unaccounted != 0 && elapsed.Elapsed < Timeouts.Guest)
        {
            account = AtRest(nic).Since(before);
        }

        return account;
    }

    private string Info() => Guest.Qemu.Hmp("info network");

    /// <summary>Reads all counters; those of the guest's NIC only when it is named.</summary>
    private Account Read(string nic)
    {
        JsonElement netdev = _stat.Netdevs().Single(netdev => netdev.GetProperty("id").ValueEquals(Link.NetdevId));
        long? ofNic = nic.Length != 0 ? long.Parse(Guest.Run($"cat /sys/class/net/{nic}/statistics/tx_packets"), CultureInfo.InvariantCulture) : null;
        return new Account(Traffic.Read(netdev), ofNic, _peer.Came, _peer.Sent);
    }

    /// <summary>What the guest sends comes, and what the peer sends arrives.</summary>
    private void AssertWorks()
    {
        long before = Account();
        Guest.Run($"ping -c 1 -W 1 {Link.Address(2)}; hostile flood {Nic} 60 0.1");
        Eventually.Get(Account, count => count > before, () => "frames of the guest at the peer");

        long Account() => _peer.Came;
    }
}
