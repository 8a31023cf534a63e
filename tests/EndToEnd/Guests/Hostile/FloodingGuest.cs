// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;
using EndToEnd.Observation;

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// A guest that floods a netdev of each kind, and a neighbour that is pinged meanwhile:
///
///     guest -- nic0 -- n0 -- UDP ------------------.
///           -- nic1 -- n1 -- UDP, gso=off ----------- sockets that nobody reads
///           -- nic2 -- n2 -- raw IP ---------------'
///           -- nic3 -- n3 -- UDP, IPv6 ------------- another QEMU -- tap -- PingLoop
/// </summary>
public sealed class FloodingGuest : IDisposable
{
    /// <summary>A busy machine may be slow for a moment, a loop that is kept busy is slow each time.</summary>
    private const int Rounds = 3;

    private const int FloodSeconds = 60;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);
    private static readonly GuestLink s_neighbour = new(3, "virtio-net-pci", Encapsulation.Udp6);

    private static readonly Dictionary<string, GuestLink> s_links = new(StringComparer.Ordinal)
    {
        ["UDP"] = new GuestLink(0, "virtio-net-pci", Encapsulation.Udp4),
        ["UDP, gso=off"] = new GuestLink(1, "virtio-net-pci", Encapsulation.Udp4),
        ["raw IP"] = new GuestLink(2, "virtio-net-pci", Encapsulation.Ip4),
    };

    private readonly FaultTable _table = new(
        "main-loop", "way", "gso_size", "QMP answers", "longest, ms", "of it without a CPU, ms", "thousand datagrams/s meanwhile", "pings of another tunnel", "answered");

    private readonly NetworkNamespace _network = new();
    private readonly StatProgram _stat = new();
    private readonly Neighbours _neighbours;
    private readonly WirePeer[] _peers;
    private readonly Guest _guest;

    public FloodingGuest()
    {
        _network.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        _guest = new Guest(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Environment = _stat.Environment,
            Settings = "require,n1.gso=off",
            Arguments = [.. s_links.Values.Append(s_neighbour).SelectMany(link => link.Arguments(1))],
        });
        _peers = [.. s_links.Values.Select(link => Peer(link.Netdev(1)))];
        _neighbours = new Neighbours(_network, s_neighbour);
        _neighbours.Connect(_guest);
        foreach (GuestLink link in s_links.Values)
        {
            link.Configure(_guest, 1);
        }
    }

    /// <summary>How the flooded netdevs send.</summary>
    public static IEnumerable<string> Ways => s_links.Keys;

    /// <summary>Floods one netdev with large frames, asks the monitor again and again, and asserts that it answers in time.</summary>
    /// <param name="way">One of <see cref="Ways"/>.</param>
    /// <param name="size">What the frames are to be cut into.</param>
    /// <param name="longest">How long an answer may take.</param>
    public void Measure(string way, int size, TimeSpan longest)
    {
        GuestLink link = s_links[way];
        string nic = _guest.Run($"basename $(dirname $(grep -l {link.Mac(1)} /sys/class/net/*/address))").Trim();
        PingLoop[] pings = _neighbours.Ping();
        Round best;
        try
        {
            _guest.Run(string.Create(CultureInfo.InvariantCulture, $"(hostile cut {nic} {size} {FloodSeconds} >/dev/null 2>&1 &); sleep 0.3"));
            best = Best(link, longest);
            Stop(link, nic);
        }
        finally
        {
            Array.ForEach(pings, ping => ping.Dispose());
        }

        int sent = pings.Sum(ping => ping.Sent);
        int answered = pings.Sum(ping => ping.Answered);
        double milliseconds = Math.Round(best.Longest.TotalMilliseconds, 1);
        double starved = Math.Round(best.Starved.TotalMilliseconds, 1);
        _table.Add(way, size, best.Answers, milliseconds, starved, Math.Round(best.Datagrams / best.Time.TotalMilliseconds), sent, answered);
        Assert.True(best.Own <= longest, $"{way}, gso_size {size}: {milliseconds} ms, {starved} of them without a CPU");
        Assert.True(best.Datagrams > 1000, $"{best.Datagrams} datagrams are no flood");
        Assert.Equal(sent, answered);
    }

    public void Dispose()
    {
        _table.Dispose();
        _guest.Dispose();
        _neighbours.Dispose();
        Array.ForEach(_peers, peer => peer.Dispose());
        _stat.Dispose();
        _network.Dispose();
    }

    private WirePeer Peer(L2tpv3Netdev netdev) => _network.Run(() =>
        netdev.IsUdp ? WirePeer.Udp(port: netdev.DestinationPort!.Value) : WirePeer.RawIp(netdev.Destination));

    private Round Best(GuestLink link, TimeSpan longest)
    {
        Round best = Ask(link);
        for (int round = 1; round < Rounds && best.Own > longest; round++)
        {
            Round next = Ask(link);
            best = next.Own < best.Own ? next : best;
        }

        return best;
    }

    private Round Ask(GuestLink link)
    {
        long before = Sent(link);
        Stopwatch elapsed = Stopwatch.StartNew();
        Round round = new(0, TimeSpan.Zero, TimeSpan.Zero, 0, s_round);
        while (elapsed.Elapsed < s_round)
        {
            TimeSpan asked = elapsed.Elapsed;
            TimeSpan starved = Starved();
            _guest.Qemu.Qmp.Execute("query-status");
            round = round.With(elapsed.Elapsed - asked, Starved() - starved);
            Thread.Sleep(s_pause);
        }

        return round with { Datagrams = Sent(link) - before, Time = elapsed.Elapsed };
    }

    /// <summary>For how long QEMU could have answered, or this test have read the answer, and had no processor.</summary>
    private TimeSpan Starved() => ProcessStatus.WaitedForCpu(_guest.Qemu.Id) + ProcessStatus.WaitedForCpu();

    /// <summary>Ends the flood. What is in the ring goes with the driver: to send it would take seconds.</summary>
    private void Stop(GuestLink link, string nic)
    {
        _guest.Run(
            $"killall -q hostile; device=$(basename $(readlink /sys/class/net/{nic}/device)); cd /sys/bus/virtio/drivers/virtio_net && " +
            "echo $device >unbind && echo $device >bind");
        link.Configure(_guest, 1);
    }

    private long Sent(GuestLink link)
    {
        JsonElement netdev = _stat.Netdevs().Single(netdev => netdev.GetProperty("id").ValueEquals(link.NetdevId));
        return netdev.GetProperty("transmit").GetProperty("frames").GetInt64();
    }

    /// <summary>What a round of questions has shown, and for how long of its longest answer nobody had a processor who had something to do for it.</summary>
    private sealed record Round(int Answers, TimeSpan Longest, TimeSpan Starved, double Datagrams, TimeSpan Time)
    {
        /// <summary>What of the longest answer is QEMU's own.</summary>
        public TimeSpan Own => Longest - Starved;

        /// <summary>One answer more.</summary>
        public Round With(TimeSpan took, TimeSpan starved)
        {
            Round more = this with { Answers = Answers + 1 };
            return took - starved > Own ? more with { Longest = took, Starved = starved } : more;
        }
    }
}
