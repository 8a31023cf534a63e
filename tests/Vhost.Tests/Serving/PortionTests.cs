// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.Guest;

namespace Vhost.Tests.Serving;

/// <summary>A ring goes back to the guest part by part, so that the guest works while the program does.</summary>
public sealed unsafe class PortionTests : IDisposable
{
    private const ulong WithoutEventIndex = TestFrontEnd.Version1 | TestFrontEnd.Mergeable;
    private const int Portion = 128;
    private const int LongestTurn = 8 * Portion;
    private const int ReceivePortion = 64;

    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    private NetGuest Guest => _bench.Server.Guest;

    [Fact]
    public void The_transmit_queue_is_taken_in_portions()
    {
        StartWithFrames(Portion + 2);
        Assert.True(Guest.Transmit.Run(_bench.Session));
        Assert.Equal(Portion, Guest.TransmitQueue.Ring.Unpublished);
        Assert.False(Guest.Transmit.Run(_bench.Session));
        Assert.Equal(Portion + 2, Guest.TransmitQueue.Ring.Unpublished);
    }

    [Fact]
    public void The_guest_hears_of_each_portion_that_was_sent_and_one_turn_takes_them_all()
    {
        StartWithFrames((2 * Portion) - 1);
        _bench.Server.RunOnce(0);
        Assert.Equal((2 * Portion) - 1, FrontEnd.Transmit.UsedIndex);
        Assert.Equal(2ul, TestFrontEnd.Interrupts(FrontEnd.TransmitCall));
        Assert.Equal((2ul * Portion) - 1, _bench.Session.Counters.TransmittedFrames);
    }

    /// <summary>A queue that is disabled again: nothing is sent, so no budget of the session's ends the turn.</summary>
    [Fact]
    public void A_guest_that_refills_its_ring_for_ever_does_not_hold_up_the_turn()
    {
        StartWithFrames(TestFrontEnd.RingSize);
        _bench.RunUntil(() => FrontEnd.Transmit.UsedIndex == TestFrontEnd.RingSize, "the frames");
        FrontEnd.Send(18, 1UL);
        bool isOver = false;
        Thread guest = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                Volatile.Write(ref FrontEnd.Transmit.AvailableIndex, (ushort)(FrontEnd.Transmit.UsedIndex + TestFrontEnd.RingSize));
            }
        });
        guest.Start();
        try
        {
            for (int turn = 0; turn < 50; turn++)
            {
                ushort before = FrontEnd.Transmit.UsedIndex;
                Guest.Transmit.Wake();
                _bench.Server.RunOnce(0);
                Assert.InRange((ushort)(FrontEnd.Transmit.UsedIndex - before), 0, LongestTurn);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            guest.Join();
        }

        Assert.True(Guest.TransmitQueue.IsRunning);
    }

    [Fact]
    public void Received_frames_are_the_guests_when_a_portion_is_full()
    {
        FrontEnd.Start(WithoutEventIndex);
        for (int i = 0; i < ReceivePortion + 1; i++)
        {
            FrontEnd.AddBuffer(0x20_000 + (i * 0x400), 0x400);
        }

        byte[] frame = [.. new byte[12], .. TestFrames.Create(60, 1)];
        fixed (byte* start = frame)
        {
            for (int i = 1; i < ReceivePortion; i++)
            {
                Assert.Equal(Delivery.Written, Guest.Receive.Deliver(start, frame.Length, 12));
            }

            Assert.Equal(0, FrontEnd.Receive.UsedIndex);
            Assert.Equal(Delivery.Written, Guest.Receive.Deliver(start, frame.Length, 12));
            Assert.Equal(ReceivePortion, FrontEnd.Receive.UsedIndex);
            Assert.Equal(Delivery.Written, Guest.Receive.Deliver(start, frame.Length, 12));
            Assert.Equal(ReceivePortion, FrontEnd.Receive.UsedIndex);
        }
    }

    [Fact]
    public void A_buffer_that_is_announced_ahead_and_cannot_be_is_a_fault_when_its_turn_comes()
    {
        const int good = 20;
        FrontEnd.Start(WithoutEventIndex);
        for (int i = 0; i < good; i++)
        {
            FrontEnd.AddBuffer(0x20_000 + (i * 0x400), 0x400);
        }

        FrontEnd.Receive.SetDescriptor(good, 0xFFFF_FFFF_FFFF_FFC0, 0x400, DriverRing.WriteFlag, 0);
        FrontEnd.Receive.Offer(good);
        FrontEnd.Receive.Offer(ushort.MaxValue);
        for (byte i = 0; i < good; i++)
        {
            _bench.SendFromPeer(TestFrames.Create(60, i));
        }

        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == good, "all frames with a buffer");
        Assert.True(Guest.ReceiveQueue.IsOpen);
        _bench.SendFromPeer(TestFrames.Create(60, good));
        _bench.RunUntil(() => !Guest.ReceiveQueue.IsOpen, "the fault");
        Assert.Contains("receive queue is stopped", _bench.Log);
    }

    public void Dispose() => _bench.Dispose();

    private void StartWithFrames(int count)
    {
        FrontEnd.Start(WithoutEventIndex);
        _bench.Run();
        _ = TestFrontEnd.Interrupts(FrontEnd.TransmitCall);
        for (int i = 0; i < count; i++)
        {
            FrontEnd.SendFrame(TestFrames.Create(60, (byte)i), offset: 0x40_000 + (i * 0x80));
        }
    }
}
