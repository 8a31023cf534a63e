// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests;

/// <summary>
/// No frame allocates managed memory. A single byte shows: the counter of the runtime is exact for a thread.
/// </summary>
public sealed class AllocationTests(Lab lab)
{
    private const int Frames = 2048;
    private const int Burst = 32;

    [Fact]
    public void Sent_frames_and_the_info_line_allocate_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        byte[] frame = TestFrames.Create(1514);
        SendBursts(tunnel, frame);

        long before = GC.GetAllocatedBytesForCurrentThread();
        SendBursts(tunnel, frame);
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 20);
        tunnel.Session.Timer();
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
        Assert.Equal(2ul * Frames, tunnel.Session.Counters.TransmittedFrames);
        Assert.Contains($"frames tx {2 * Frames} ", tunnel.Host.Info, StringComparison.Ordinal);
    }

    [Fact]
    public void Received_frames_and_the_info_line_allocate_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.KeepsFrames = false;
        tunnel.Host.Pads = true;
        long allocated = 0;
        _ = ReceiveBursts(tunnel);
        allocated += ReceiveBursts(tunnel);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 20);
        tunnel.Session.Timer();
        allocated += GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(2 * Frames, tunnel.Host.FrameCount);
        Assert.Contains($"rx {2 * Frames},", tunnel.Host.Info, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_datagrams_and_a_full_guest_allocate_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.KeepsFrames = false;
        _ = RefuseAndResume(tunnel);
        Assert.Equal(0, RefuseAndResume(tunnel));
    }

    private static void SendBursts(Tunnel tunnel, byte[] frame)
    {
        for (int i = 0; i < Frames / Burst; i++)
        {
            for (int j = 0; j < Burst; j++)
            {
                tunnel.Session.Transmit(frame);
            }

            tunnel.Session.RunIfScheduled();
        }
    }

    /// <summary>Only the plane's part is measured: the peer of the test allocates.</summary>
    private static long ReceiveBursts(Tunnel tunnel)
    {
        byte[] frame = TestFrames.Create(50);
        long allocated = 0;
        int wanted = tunnel.Host.FrameCount;
        for (int i = 0; i < Frames / Burst; i++)
        {
            for (int j = 0; j < Burst; j++)
            {
                tunnel.SendFromPeer(frame);
            }

            wanted += Burst;
            while (tunnel.Host.FrameCount < wanted)
            {
                Assert.True(SystemCalls.IsReadable(tunnel.Host.WatchedDescriptor, Timeouts.Arrival));
                long before = GC.GetAllocatedBytesForCurrentThread();
                tunnel.Session.Readable();
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        return allocated;
    }

    private static long RefuseAndResume(Tunnel tunnel)
    {
        byte[] frame = TestFrames.Create(60);
        for (int i = 0; i < Burst; i++)
        {
            tunnel.SendFromPeer(frame);
            tunnel.SendFromPeer(tunnel.Peer, frame);
        }

        tunnel.Host.FullAt.Add(tunnel.Host.FrameCount + 10);
        int wanted = tunnel.Host.FrameCount + Burst;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; tunnel.Host.FrameCount < wanted && turn < 1_000_000; turn++)
        {
            tunnel.Session.Readable();
            tunnel.Session.Delivered(60);
            tunnel.Session.RunIfScheduled();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(wanted, tunnel.Host.FrameCount);
        return allocated;
    }
}
