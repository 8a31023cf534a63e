// SPDX-License-Identifier: GPL-2.0-or-later

namespace Vhost.Tests.Serving;

/// <summary>
/// The installed program with a driver that nobody here wrote: DPDK's virtio-user, which looks at its rings without waiting for an interrupt. Each takes a CPU, so
/// there is one at a time.
/// </summary>
[Collection(nameof(Testpmd))]
public sealed class TestpmdTests : IDisposable
{
    private const int FrameSize = 64;
    private const int Burst = 64;
    private const int Sent = 20_000;

    private readonly VhostProgram _program = new();

    public void Dispose() => _program.Dispose();

    /// <summary>testpmd sends each frame back as it came.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_of_any_size_goes_through_the_guest_and_comes_back_as_it_went(bool mergeable)
    {
        using Testpmd guest = Testpmd.VirtioDriver(_program.SocketPath, "io", mergeable);
        WaitForReceive();
        foreach (int size in (int[])[14, 60, 590, 1514])
        {
            byte[][] frames = [.. TestFrames.Burst(Burst, size)];
            foreach (byte[] frame in frames)
            {
                _program.SendFromPeer(frame);
            }

            foreach (byte[] frame in frames)
            {
                Assert.Equal(_program.Netdev.Datagram(frame), _program.Wire.Receive());
            }
        }

        Assert.Equal(guest.Counter("RX-packets"), guest.Counter("TX-packets"));
    }

    /// <summary>As fast as it can. The peer's socket may lose some, the program none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_frames_that_the_guest_sends_become_datagrams(bool mergeable)
    {
        using Testpmd guest = Testpmd.VirtioDriver(_program.SocketPath, "txonly", mergeable);
        byte[] first = _program.Wire.Receive();
        Assert.Equal(_program.Netdev.Datagram(new byte[FrameSize]).Length, first.Length);
        Eventually.IsTrue(() => guest.Counter("TX-packets") > Sent, "testpmd sends");
        _ = guest.Command("stop");
        long sent = guest.Counter("TX-packets");
        Eventually.IsTrue(() => _program.Statistic("transmit", "frames") >= sent, "all frames are sent");
        Assert.Equal(sent, _program.Statistic("transmit", "frames"));
        Assert.Equal(sent * FrameSize, _program.Statistic("transmit", "bytes"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_frames_of_the_peer_reach_the_guest(bool mergeable)
    {
        using Testpmd guest = Testpmd.VirtioDriver(_program.SocketPath, "rxonly", mergeable);
        WaitForReceive();
        byte[] frame = TestFrames.Create(FrameSize, 1);
        for (int sent = 0; sent < Sent;)
        {
            for (int i = 0; i < Burst; i++, sent++)
            {
                _program.SendFromPeer(frame);
            }

            // No more than the buffers of sockets and rings hold.
            long expected = sent;
            Eventually.IsTrue(() => _program.Statistic("receive", "frames") >= expected, "all frames arrive");
        }

        long all = _program.Statistic("receive", "frames");
        Eventually.IsTrue(() => guest.Counter("RX-packets") >= all, "all frames arrive");
        Assert.Equal(all, guest.Counter("RX-packets"));
        Assert.Equal(all * FrameSize, guest.Counter("RX-bytes"));
        Assert.InRange(all, Sent, Sent + Burst);
    }

    /// <summary>A frame of many buffers, which needs mergeable ones, or buffers that are large enough.</summary>
    [Theory]
    [InlineData(true, 2048)]
    [InlineData(false, 10_240)]
    public void A_jumbo_frame_comes_back_as_it_went(bool mergeable, int buffer)
    {
        string[] scatter = mergeable ? ["--enable-scatter"] : [];
        using Testpmd guest = Testpmd.VirtioDriver(_program.SocketPath, "io", mergeable, [$"--mbuf-size={buffer}", "--max-pkt-len=9000", .. scatter]);
        WaitForReceive();
        byte[] frame = TestFrames.Create(8000, 1);
        _program.SendFromPeer(frame);
        Assert.Equal(_program.Netdev.Datagram(frame), _program.Wire.Receive());
    }

    /// <summary>Before the rings run, what comes is dropped.</summary>
    private void WaitForReceive()
    {
        byte[] frame = TestFrames.Create(FrameSize, 0);
        Eventually.IsTrue(
            () =>
            {
                _program.SendFromPeer(frame);
                Thread.Sleep(5);
                return _program.Statistic("receive", "frames") > 0;
            },
            "the rings run");
        Thread.Sleep(Timeouts.Silence);
        while (_program.Wire.TryReceive(Timeouts.Silence) is not null)
        {
        }
    }
}
