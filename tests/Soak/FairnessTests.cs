// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace Soak;

/// <summary>Ten tunnels in one QEMU, each offered more than its share: each gets its share.</summary>
public sealed class FairnessTests(FairnessTable table) : IClassFixture<FairnessTable>, IDisposable
{
    private const int Count = 10;

    /// <summary>Small ones: whoever makes them must be quicker than QEMU.</summary>
    private const int FrameSize = 60;

    private const int DatagramsInRun = 64;
    private const int FramesInStream = 1000;
    private const double MostUnfair = 1.5;
    private const int MostTries = 3;
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(4);

    private readonly NetworkNamespace _network = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _things = [];
    private readonly List<Thread> _threads = [];
    private readonly L2tpv3Netdev[] _netdevs = [.. Enumerable.Range(0, Count).Select(SoakNetdevs.Udp)];

    /// <summary>Frames of ten stream netdevs, which QEMU reads as they come; nobody reads at the other ends.</summary>
    [Fact]
    public void Ten_tunnels_that_send_all_they_can_share_fairly()
    {
        List<Socket> listeners = [.. _netdevs.Select(Listen)];
        using QemuProcess qemu = Start(netdev => $"stream,id={netdev.Id}-guest,server=off,addr.type=unix,addr.path={PathOf(netdev)}");
        foreach ((L2tpv3Netdev netdev, Socket listener) in _netdevs.Zip(listeners))
        {
            _things.Add(_network.Run(() => WirePeer.Udp(port: netdev.DestinationPort!.Value)));
            Socket guest = listener.Accept();
            guest.SendTimeout = (int)Timeouts.Guest.TotalMilliseconds;
            _things.Add(guest);
            byte[] frames = StreamFrames();
            Run(() => guest.Send(frames));
        }

        AssertFair(qemu, "transmit", info => info.FramesTransmitted);
    }

    /// <summary>Ten peers send more than the guest takes, so that their netdevs' sockets are always full; the guest is a tap.</summary>
    [Fact]
    public void Ten_tunnels_whose_peers_send_all_they_can_share_fairly()
    {
        using QemuProcess qemu = Start(netdev => $"tap,id={netdev.Id}-guest,ifname=tap{netdev.Id},script=no,downscript=no");
        List<Action> senders = [];
        foreach (L2tpv3Netdev netdev in _netdevs)
        {
            _network.Ip("link", "set", "tap" + netdev.Id, "up");
            WirePeer peer = _network.Run(() => WirePeer.Udp(port: netdev.DestinationPort!.Value));
            _things.Add(peer);
            byte[] datagram = netdev.OtherEnd().Datagram(TestFrames.Create(FrameSize));
            peer.SetSegmentSize(datagram.Length);
            byte[] run = [.. Enumerable.Repeat(datagram, DatagramsInRun).SelectMany(bytes => bytes)];
            senders.Add(() => peer.Send(run, netdev.Source, netdev.SourcePort!.Value));
        }

        Run(() => senders.ForEach(send => send()));
        AssertFair(qemu, "receive", info => info.FramesReceived);

        // Or it was no full load.
        Assert.All(_netdevs, netdev => Assert.NotEqual(0, UdpDrops.Of(_network, netdev.SourcePort!.Value)));
    }

    public void Dispose()
    {
        _end.Cancel();
        _threads.ForEach(thread => thread.Join());
        _things.ForEach(thing => thing.Dispose());
        _end.Dispose();
        _directory.Dispose();
        _network.Dispose();
    }

    /// <summary>QEMU's socket format: four bytes of length in front of each frame.</summary>
    private static byte[] StreamFrames()
    {
        byte[] frame = [0, 0, FrameSize >> 8, FrameSize & 0xff, .. TestFrames.Create(FrameSize)];
        return [.. Enumerable.Repeat(frame, FramesInStream).SelectMany(bytes => bytes)];
    }

    private string PathOf(L2tpv3Netdev netdev) => _directory.File(netdev.Id);

    private Socket Listen(L2tpv3Netdev netdev)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(PathOf(netdev)));
        socket.Listen();
        _things.Add(socket);
        return socket;
    }

    private QemuProcess Start(Func<L2tpv3Netdev, string> guest) => QemuProcess.Start(new QemuOptions
    {
        Plugin = true,
        Namespace = _network,
        Arguments = [.. _netdevs.SelectMany((netdev, hub) => SoakNetdevs.Join(netdev, hub, netdev.Id + "-guest", guest(netdev)))],
    });

    /// <summary>Again and again, until the test ends.</summary>
    private void Run(Action action)
    {
        Thread thread = new(() =>
        {
            try
            {
                while (!_end.IsCancellationRequested)
                {
                    action();
                }
            }
            catch (SocketException) when (_end.IsCancellationRequested)
            {
                // QEMU has gone first.
            }
        });
        thread.IsBackground = true;
        thread.Start();
        _threads.Add(thread);
    }

    private void AssertFair(QemuProcess qemu, string direction, Func<NetdevInfo, long> frames)
    {
        Thread.Sleep(s_start);
        (long[] each, double ratio) = Measure(qemu, frames);

        // Where the senders get no processor for a while, QEMU is idle and nobody has a share; what is unfair is so each time.
        for (int tries = 1; tries < MostTries && ratio > MostUnfair; tries++)
        {
            (each, ratio) = Measure(qemu, frames);
        }

        _end.Cancel();
        table.Table.Add(direction, Count, each.Min(), each.Max(), ratio.ToString("F2", CultureInfo.InvariantCulture));
        Assert.True(ratio <= MostUnfair, $"{direction}: {string.Join(' ', each)}");
    }

    private (long[] Each, double Ratio) Measure(QemuProcess qemu, Func<NetdevInfo, long> frames)
    {
        long[] before = Frames(qemu, frames);
        Thread.Sleep(s_time);
        long[] each = [.. Frames(qemu, frames).Zip(before, (after, first) => after - first)];
        return (each, (double)each.Max() / Math.Max(1, each.Min()));
    }

    /// <summary>All in one look: a line of `info network` is a fifth of a second old at most.</summary>
    private long[] Frames(QemuProcess qemu, Func<NetdevInfo, long> frames)
    {
        string network = qemu.Hmp("info network");
        return [.. _netdevs.Select(netdev => frames(NetdevInfo.Find(network, netdev.Id)))];
    }
}

/// <summary>The table of fairness.</summary>
public sealed class FairnessTable : IDisposable
{
    /// <summary>The table.</summary>
    public FaultTable Table { get; } = new("fairness", "direction", "tunnels", "frames of the least", "of the most", "most / least");

    public void Dispose() => Table.Dispose();
}
