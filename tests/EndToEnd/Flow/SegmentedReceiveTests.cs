// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// A sender that uses UDP_SEGMENT on the same host: the kernel hands the plugin the whole run as one datagram (UDP_GRO). Each
/// piece is looked at as if it had come alone.
/// </summary>
public sealed class SegmentedReceiveTests : IDisposable
{
    private const int Pieces = 40;
    private const int FrameSize = 100;

    private readonly NetworkNamespace _network = new();
    private readonly QemuTunnel _tunnel;

    public SegmentedReceiveTests()
    {
        _network.Sysctl("net.unix.max_dgram_qlen", "1000");
        _tunnel = new QemuTunnel(options: new QemuOptions { Plugin = true, Namespace = _network });
    }

    private L2tpv3Netdev Peer => _tunnel.Netdev.OtherEnd();

    [Fact]
    public void Every_frame_of_a_run_arrives_in_order_the_shorter_last_one_too()
    {
        List<byte[]> frames = [.. Enumerable.Range(0, Pieces).Select(number => TestFrames.Create(FrameSize, number)), TestFrames.Create(70)];

        SendRun(frames.Select(frame => Peer.Datagram(frame)));

        _tunnel.AssertArrive(frames);
    }

    [Fact]
    public void Bad_pieces_of_a_run_are_dropped_and_counted_and_the_others_arrive()
    {
        List<byte[]> frames = [.. Enumerable.Range(0, Pieces).Select(number => TestFrames.Create(FrameSize, number))];

        SendRun(frames.Select((frame, number) => number % 4 == 3 ? (Peer with { TransmitSessionId = 1 }).Datagram(frame) : Peer.Datagram(frame)));

        _tunnel.AssertArrive(frames.Where((_, number) => number % 4 != 3));
        NetdevInfo info = _tunnel.WaitForInfo(info => info.Drops > 0);
        Assert.Equal(("wrong session", (long)Pieces / 4), (info.MostFrequentDrop, info.Drops));
    }

    [Fact]
    public void A_run_of_pieces_shorter_than_a_header_is_counted_piece_by_piece()
    {
        SendRun(Enumerable.Repeat(new byte[] { 0, 3, 0 }, Pieces));

        NetdevInfo info = _tunnel.WaitForInfo(info => info.Drops > 0);
        Assert.Equal(("short header", (long)Pieces), (info.MostFrequentDrop, info.Drops));
        Assert.Null(_tunnel.Guest.TryReceive(TimeSpan.Zero));
    }

    [Fact]
    public void A_guest_that_takes_no_more_in_the_middle_of_a_run_gets_the_rest_later()
    {
        List<byte[]> frames = [.. Enumerable.Range(0, Pieces).Select(number => TestFrames.Create(FrameSize, number))];
        _tunnel.Qemu.Qmp.Execute("stop");

        SendRun(frames.Select(frame => Peer.Datagram(frame)));
        SendRun(frames.Select(frame => Peer.Datagram(frame)));
        Assert.Null(_tunnel.Guest.TryReceive(Timeouts.Silence));
        _tunnel.Qemu.Qmp.Execute("cont");

        _tunnel.AssertArrive(frames);
        _tunnel.AssertArrive(frames);
        Assert.Null(_tunnel.Guest.TryReceive(Timeouts.Silence));
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _network.Dispose();
    }

    private void SendRun(IEnumerable<byte[]> datagrams)
    {
        List<byte[]> pieces = [.. datagrams];
        _tunnel.Wire.SetSegmentSize(pieces[0].Length);
        _tunnel.SendRaw(pieces.SelectMany(piece => piece).ToArray());
        _tunnel.Wire.SetSegmentSize(0);
    }
}
