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

    /// <summary>As a guest that refills its ring for ever: this one holds more than a turn may take, from the begin.</summary>
    /// <param name="isEnabled">False: nothing is sent, so no budget of the session's ends the turn.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_turn_ends_while_there_are_chains_and_the_next_one_goes_on(bool isEnabled)
    {
        const int table = 0x100_000;
        const int available = 0x120_000;
        const int used = 0x140_000;
        const int size = 4 * LongestTurn;
        FrontEnd.Start(WithoutEventIndex);
        _ = FrontEnd.Stop(1);
        FrontEnd.Send(8, 1 | ((ulong)size << 32));
        FrontEnd.Send(10, 1UL);
        FrontEnd.Send(9, 1, GuestRam.UserAddress + table, GuestRam.UserAddress + used, GuestRam.UserAddress + available, 0);
        FrontEnd.StartRing(1);
        FrontEnd.Send(18, isEnabled ? 1 | (1UL << 32) : 1);
        DriverRing.WriteDescriptor(FrontEnd.Ram.At(table, 16), GuestRam.GuestAddress + 0x40_000, 72, 0, 0);
        Volatile.Write(ref FrontEnd.Ram.Field<ushort>(available + 2), size);
        FrontEnd.TransmitKick.Signal();
        for (int turn = 1; turn <= 4; turn++)
        {
            _bench.Server.RunOnce(0);
            Assert.Equal(turn * LongestTurn, FrontEnd.Ram.Field<ushort>(used + 2));
        }
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
