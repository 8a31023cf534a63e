// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace Vhost.Tests.Serving;

/// <summary>Frames through the rings, both ways.</summary>
public sealed class FrameTests : IDisposable
{
    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    [Theory]
    [InlineData(0UL, 10)]
    [InlineData(TestFrontEnd.Version1, 12)]
    [InlineData(TestFrontEnd.Version1 | TestFrontEnd.Mergeable | TestFrontEnd.EventIndex, 12)]
    public void A_frame_of_the_guest_goes_to_the_peer_without_its_header(ulong features, int headerLength)
    {
        FrontEnd.Start(features);
        byte[] frame = TestFrames.Create(60, 1);
        FrontEnd.SendFrame(frame, headerLength: headerLength);
        _bench.Run();
        Assert.Equal(_bench.Netdev.Datagram(frame), _bench.Wire.Receive());
        Assert.True(FrontEnd.Transmit.TryGetUsed(out uint head, out uint length));
        Assert.Equal((0u, 0u), (head, length));
    }

    [Fact]
    public void With_offload_off_the_header_is_passed_over()
    {
        using VhostBench bench = new("offload=off");
        bench.FrontEnd.Start();
        byte[] frame = TestFrames.Create(60, 1);
        bench.FrontEnd.SendFrame(frame);
        bench.Run();
        Assert.Equal(bench.Netdev.Datagram(frame), bench.Wire.Receive());
        bench.FrontEnd.AddBuffer(0x20_000, 2048);
        bench.SendFromPeer(frame);
        bench.RunUntil(() => bench.FrontEnd.Receive.UsedIndex == 1, "a frame");
        Assert.Equal(frame, bench.FrontEnd.Ram.At(0x20_000 + 12, 60).ToArray());
        Assert.Equal(1, bench.FrontEnd.Ram.Field<ushort>(0x20_000 + 10));
    }

    [Theory]
    [InlineData(0UL, 10)]
    [InlineData(TestFrontEnd.Version1, 12)]
    [InlineData(TestFrontEnd.Version1 | TestFrontEnd.Mergeable, 12)]
    public void A_frame_of_the_peer_comes_behind_a_header_that_counts_one_buffer(ulong features, int headerLength)
    {
        FrontEnd.Start(features);
        FrontEnd.AddBuffer(0x20_000, 2048);
        FrontEnd.Ram.At(0x20_000, 2048).Fill(0xEE);
        byte[] frame = TestFrames.Create(60, 1);
        _bench.SendFromPeer(frame);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
        Assert.Equal(new byte[10], FrontEnd.Ram.At(0x20_000, 10).ToArray());
        Assert.Equal(frame, FrontEnd.Ram.At(0x20_000 + headerLength, 60).ToArray());
        Assert.Equal(0xEE, FrontEnd.Ram.At(0x20_000 + headerLength + 60, 1)[0]);
        Assert.Equal((0u, (uint)(headerLength + 60)), FrontEnd.Receive.Used(0));
        if (headerLength == 12)
        {
            Assert.Equal(1, FrontEnd.Ram.Field<ushort>(0x20_000 + 10));
        }
    }

    [Fact]
    public void A_frame_may_have_many_buffers_and_its_header_counts_them()
    {
        FrontEnd.Start();
        for (int i = 0; i < 5; i++)
        {
            FrontEnd.AddBuffer(0x20_000 + (i * 0x1000), 400);
        }

        byte[] frame = TestFrames.Create(1500, 1);
        _bench.SendFromPeer(frame);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 4, "a frame in four buffers");
        Assert.Equal(4, FrontEnd.Ram.Field<ushort>(0x20_000 + 10));
        byte[] joined =
        [
            .. FrontEnd.Ram.At(0x20_000 + 12, 388), .. FrontEnd.Ram.At(0x21_000, 400), .. FrontEnd.Ram.At(0x22_000, 400), .. FrontEnd.Ram.At(0x23_000, 312),
        ];
        Assert.Equal(frame, joined);
        Assert.Equal([400, 400, 400, 312], Enumerable.Range(0, 4).Select(i => FrontEnd.Receive.Used(i).Length));
    }

    [Fact]
    public void A_frame_waits_for_buffers_and_comes_when_they_do()
    {
        FrontEnd.Start();
        FrontEnd.AddBuffer(0x20_000, 400);
        byte[] frame = TestFrames.Create(1000, 1);
        byte[] second = TestFrames.Create(60, 2);
        _bench.SendFromPeer(frame);
        _bench.SendFromPeer(second);
        _bench.RunUntil(() => _bench.Server.Guest.Receive.IsWaiting, "a frame that waits");
        Assert.Equal(0, FrontEnd.Receive.UsedIndex);
        FrontEnd.AddBuffer(0x21_000, 700);
        FrontEnd.AddBuffer(0x22_000, 700);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 3, "both frames");
        byte[] joined = [.. FrontEnd.Ram.At(0x20_000 + 12, 388), .. FrontEnd.Ram.At(0x21_000, 612)];
        Assert.Equal(frame, joined);
        Assert.Equal(second, FrontEnd.Ram.At(0x22_000 + 12, 60).ToArray());
    }

    [Fact]
    public void A_frame_that_no_buffer_of_this_guest_takes_is_dropped_and_the_next_one_comes()
    {
        FrontEnd.Start(TestFrontEnd.Version1);
        FrontEnd.AddBuffer(0x20_000, 400);
        _bench.SendFromPeer(TestFrames.Create(1000, 1));
        byte[] frame = TestFrames.Create(60, 2);
        _bench.SendFromPeer(frame);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "the second frame");
        Assert.Equal(frame, FrontEnd.Ram.At(0x20_000 + 12, 60).ToArray());
        Assert.Contains("a frame of 1000 bytes is dropped", _bench.Log, StringComparison.Ordinal);
        AssertCounted(received: 1, DropReason.TooLargeForGuest);
    }

    /// <summary>It waits until the ring is full of buffers, and they are too small together.</summary>
    [Fact]
    public void A_frame_that_has_waited_for_buffers_that_are_too_small_is_counted_as_too_large()
    {
        FrontEnd.Start();
        _bench.SendFromPeer(TestFrames.Create(1000, 1));
        _bench.RunUntil(() => _bench.Server.Guest.Receive.IsWaiting, "a frame that waits");
        for (int i = 0; i < TestFrontEnd.RingSize; i++)
        {
            FrontEnd.AddBuffer(0x20_000 + (i * 16), 3);
        }

        _bench.RunUntil(() => !_bench.Server.Guest.Receive.IsWaiting, "the end of the frame");
        AssertCounted(received: 0, DropReason.TooLargeForGuest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_whose_ring_breaks_is_counted_as_one_for_a_link_that_is_down(bool hasWaited)
    {
        FrontEnd.Start();
        if (hasWaited)
        {
            _bench.SendFromPeer(TestFrames.Create(60, 1));
            _bench.RunUntil(() => _bench.Server.Guest.Receive.IsWaiting, "a frame that waits");
        }

        FrontEnd.Receive.Offer(TestFrontEnd.RingSize);
        FrontEnd.ReceiveKick.Signal();
        if (!hasWaited)
        {
            _bench.SendFromPeer(TestFrames.Create(60, 1));
        }

        _bench.RunUntil(() => _bench.Session.Counters.TotalDrops(out _) == 1, "a drop");
        AssertCounted(received: 0, DropReason.LinkDown);
    }

    [Fact]
    public void A_broken_transmit_ring_stops_that_queue_alone_and_is_told_once()
    {
        FrontEnd.Start();
        FrontEnd.Transmit.Offer(TestFrontEnd.RingSize);
        FrontEnd.TransmitKick.Signal();
        _bench.Run();
        FrontEnd.TransmitKick.Signal();
        _bench.Run();
        Assert.Equal(1, _bench.Log.Split("the transmit queue is stopped").Length - 1);
        FrontEnd.AddBuffer(0x20_000, 2048);
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
    }

    /// <summary>A front-end that comes back starts a full ring, and enables it with a message of its own: what is in it is to be sent.</summary>
    [Fact]
    public void A_ring_that_was_never_enabled_keeps_its_frames()
    {
        byte[] frame = TestFrames.Create(60, 1);
        FrontEnd.Start(TestFrontEnd.Version1 | TestFrontEnd.Protocol, starts: false);
        FrontEnd.SendFile(12, 1, FrontEnd.TransmitKick.Number);
        FrontEnd.SendFrame(frame);
        _bench.Run();
        Assert.Equal(0, FrontEnd.Transmit.UsedIndex);
        FrontEnd.Send(18, 1UL | (1UL << 32));
        _bench.Run();
        Assert.Equal(_bench.Netdev.Datagram(frame), _bench.Wire.Receive());
        Assert.Equal(1, FrontEnd.Transmit.UsedIndex);
    }

    [Fact]
    public void A_ring_that_is_not_enabled_takes_frames_and_sends_none()
    {
        FrontEnd.Start();
        FrontEnd.Send(18, 1UL);
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        Assert.True(FrontEnd.Transmit.TryGetUsed(out _, out _));
        FrontEnd.Send(18, 1UL | (1UL << 32));
        byte[] frame = TestFrames.Create(60, 2);
        FrontEnd.SendFrame(frame);
        _bench.Run();
        Assert.Equal(_bench.Netdev.Datagram(frame), _bench.Wire.Receive());
    }

    [Fact]
    public void While_the_rings_are_stopped_what_the_peer_sends_is_dropped()
    {
        FrontEnd.Start();
        FrontEnd.Stop(0);
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => _bench.Session.Counters.TotalDrops(out _) == 1, "a drop");
        _bench.AssertReceivesAgain();
    }

    /// <summary>The budget of one turn ends a burst; the rest follows without another kick.</summary>
    [Fact]
    public void All_frames_of_many_bursts_leave_in_order_with_a_kick_each()
    {
        FrontEnd.Start();
        uint number = 0;
        for (int burst = 0; burst < 20; burst++)
        {
            for (int i = 0; i < TestFrontEnd.RingSize; i++)
            {
                FrontEnd.SendFrame(TestFrames.Create(60, (int)number++), 0x40_000 + (i * 0x1000));
            }

            _bench.RunUntil(() => FrontEnd.Transmit.UsedIndex == (ushort)number, "a burst");
        }

        for (int i = 0; i < number; i++)
        {
            Assert.Equal(_bench.Netdev.Datagram(TestFrames.Create(60, i)), _bench.Wire.Receive());
        }
    }

    [Fact]
    public void A_burst_is_one_interrupt_at_most_and_asks_for_a_kick_at_its_end()
    {
        FrontEnd.Start();
        _bench.Run();
        _ = TestFrontEnd.Interrupts(FrontEnd.TransmitCall);
        for (int i = 0; i < 32; i++)
        {
            FrontEnd.SendFrame(TestFrames.Create(60, i), 0x40_000 + (i * 0x1000));
        }

        _bench.Run();
        Assert.Equal(32, FrontEnd.Transmit.UsedIndex);
        Assert.Equal(1UL, TestFrontEnd.Interrupts(FrontEnd.TransmitCall));
        Assert.Equal(32, FrontEnd.Transmit.AvailableEvent);
    }

    /// <summary>Used entries of a frame, the sessions's own work, all of it: nothing on the heap.</summary>
    [Fact]
    public void Frames_allocate_nothing()
    {
        FrontEnd.Start();
        byte[] frame = TestFrames.Create(60, 1);
        Pass(frame);
        _bench.SendFromPeer(frame);
        FrontEnd.AddBuffer(0x20_000, 2048);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 20);
        _bench.Run();
        long allocated = 0;
        for (int i = 0; i < 200; i++)
        {
            FrontEnd.SendFrame(frame);
            FrontEnd.AddBuffer(0x20_000, 2048);
            _bench.SendFromPeer(frame);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _bench.Server.RunOnce(0);
            _bench.Server.RunOnce(0);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(210, FrontEnd.Transmit.UsedIndex);
        Assert.InRange(FrontEnd.Receive.UsedIndex - 1, 1, 200);
    }

    public void Dispose() => _bench.Dispose();

    private void Pass(byte[] frame)
    {
        for (int i = 0; i < 10; i++)
        {
            FrontEnd.SendFrame(frame);
            _bench.Run();
        }
    }

    private void AssertCounted(ulong received, DropReason reason)
    {
        Assert.Equal(received, _bench.Session.Counters.ReceivedFrames);
        Assert.Equal(1u, _bench.Session.Counters.TotalDrops(out DropReason counted));
        Assert.Equal(reason, counted);
    }
}
