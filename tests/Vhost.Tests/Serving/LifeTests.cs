// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Vhost.Tests.Serving;

/// <summary>Front-ends that stop, move, go and come.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    [Fact]
    public void A_ring_that_is_stopped_says_where_it_is_and_goes_on_there()
    {
        FrontEnd.Start();
        for (int i = 0; i < 3; i++)
        {
            FrontEnd.SendFrame(TestFrames.Create(60, i), 0x40_000 + (i * 0x1000));
        }

        _bench.Run();
        Assert.Equal(3, FrontEnd.Stop(1));
        Assert.Equal(3, FrontEnd.Transmit.UsedIndex);
        FrontEnd.SendFrame(TestFrames.Create(60, 3));
        _bench.Run();
        Assert.Equal(3, FrontEnd.Transmit.UsedIndex);
        FrontEnd.Send(10, 1UL | (3UL << 32));
        FrontEnd.StartRing(1);
        Assert.Equal(4, FrontEnd.Transmit.UsedIndex);
    }

    /// <summary>As a program does that only looks whether somebody listens.</summary>
    [Fact]
    public void A_front_end_that_has_gone_makes_room_for_one_that_connects_in_the_same_round()
    {
        using TemporaryDirectory directory = new();
        _bench.Server.Listen(directory.File("socket"));
        using TestFrontEnd next = TestFrontEnd.Connect(directory.File("socket"), _bench.Run, () => _bench.Log);
        FrontEnd.Dispose();
        _bench.Run();
        next.Send(17);
        Assert.Equal(1UL, next.Read().Number);
        Assert.DoesNotContain("turned away", _bench.Log, StringComparison.Ordinal);
    }

    /// <summary>More than one round takes, as from a front-end that was killed while this program had no processor.</summary>
    [Fact]
    public void A_front_end_that_has_said_much_and_gone_makes_room_too()
    {
        using TemporaryDirectory directory = new();
        _bench.Server.Listen(directory.File("socket"));
        for (int i = 0; i < 100; i++)
        {
            FrontEnd.SendBytes([3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        }

        FrontEnd.Dispose();
        using TestFrontEnd next = TestFrontEnd.Connect(directory.File("socket"), _bench.Run, () => _bench.Log);
        _bench.Run();
        next.Send(17);
        Assert.Equal(1UL, next.Read().Number);
        Assert.DoesNotContain("turned away", _bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Rings_may_be_described_before_the_memory_is_there()
    {
        FrontEnd.Send(2, TestFrontEnd.Version1 | TestFrontEnd.Protocol);
        FrontEnd.SetRing(1);
        FrontEnd.StartRing(1);
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        Assert.Equal(0, FrontEnd.Transmit.UsedIndex);
        FrontEnd.SendMemory();
        Assert.Equal(1, FrontEnd.Transmit.UsedIndex);
    }

    [Fact]
    public void A_running_ring_is_found_again_in_a_new_memory_table()
    {
        FrontEnd.Start();
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        FrontEnd.SendMemory();
        FrontEnd.SendFrame(TestFrames.Create(60, 2));
        _bench.Run();
        Assert.Equal(2, FrontEnd.Transmit.UsedIndex);
    }

    [Fact]
    public void A_ring_whose_memory_is_removed_rests_until_it_comes_back()
    {
        FrontEnd.Start();
        ulong[] region = [0, GuestRam.GuestAddress, (ulong)FrontEnd.Ram.Size, GuestRam.UserAddress, 0];
        FrontEnd.Send(38, region);
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        Assert.Equal(0, FrontEnd.Transmit.UsedIndex);
        FrontEnd.Send(37, MemoryMarshal.AsBytes<ulong>(region), 0, FrontEnd.Ram.Descriptor);
        Assert.Equal(1, FrontEnd.Transmit.UsedIndex);
    }

    /// <summary>A driver may wait for an interrupt that went to the descriptor before.</summary>
    [Fact]
    public void A_new_call_descriptor_is_signalled_once()
    {
        FrontEnd.Start();
        _ = TestFrontEnd.Interrupts(FrontEnd.ReceiveCall);
        FrontEnd.SendFile(13, 0, FrontEnd.ReceiveCall.Number);
        Assert.Equal(1UL, TestFrontEnd.Interrupts(FrontEnd.ReceiveCall));
    }

    [Fact]
    public void A_front_end_that_comes_back_finds_the_session_as_it_was()
    {
        FrontEnd.Start();
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        _bench.Reconnect();
        Assert.Contains("the front-end has gone", _bench.Log, StringComparison.Ordinal);
        FrontEnd.Start();
        FrontEnd.SendFrame(TestFrames.Create(60, 2));
        _bench.Run();
        Assert.Equal(_bench.Netdev.Datagram(TestFrames.Create(60, 1)), _bench.Wire.Receive());
        Assert.Equal(_bench.Netdev.Datagram(TestFrames.Create(60, 2)), _bench.Wire.Receive());
        Assert.Equal(2UL, _bench.Session.Counters.TransmittedFrames);
    }

    [Fact]
    public void Without_a_front_end_what_the_peer_sends_is_dropped()
    {
        FrontEnd.Dispose();
        _bench.Run();
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => _bench.Session.Counters.TotalDrops(out _) == 1, "a drop");
    }

    [Fact]
    public void A_frame_that_waits_when_its_ring_stops_is_dropped_and_the_next_one_comes()
    {
        FrontEnd.Start();
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => _bench.Server.Guest.Receive.IsWaiting, "a frame that waits");
        FrontEnd.Stop(0);
        Assert.False(_bench.Server.Guest.Receive.IsWaiting);
        _bench.AssertReceivesAgain();
    }

    [Fact]
    public void Memory_that_is_cut_off_ends_the_connection_and_not_the_program()
    {
        FrontEnd.Start();
        FrontEnd.Ram.Cut(0);
        FrontEnd.TransmitKick.Signal();
        FrontEnd.AssertEnds("a memory file is shorter than the front-end said");
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => _bench.Session.Counters.TotalDrops(out _) == 1, "a drop");
    }

    /// <summary>RFC 903: operation 3, from the guest's address for the guest's address.</summary>
    [Fact]
    public void A_guest_that_has_moved_is_announced()
    {
        FrontEnd.Send(19, 0x0605_0403_0254UL);
        _bench.Run();
        byte[] frame =
        [
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x54, 2, 3, 4, 5, 6, 0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3,
            0x54, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0x54, 2, 3, 4, 5, 6, 0, 0, 0, 0, .. new byte[18],
        ];
        Assert.Equal(_bench.Netdev.Datagram(frame), _bench.Wire.Receive());
    }

    [Fact]
    public void While_a_guest_migrates_the_pages_that_are_written_are_logged()
    {
        using GuestRam log = new(0x40_000);
        FrontEnd.Start();
        FrontEnd.Send(6, MemoryMarshal.AsBytes<ulong>([0x40_000, 0]), 0, log.Descriptor);
        Assert.Equal(0UL, FrontEnd.Read().Number);
        FrontEnd.Send(2, TestFrontEnd.Version1 | TestFrontEnd.Mergeable | TestFrontEnd.EventIndex | TestFrontEnd.Indirect | TestFrontEnd.Protocol | TestFrontEnd.LogAll);
        FrontEnd.SetAddresses(0, flags: 1, log: GuestRam.GuestAddress + 0x3000);
        log.At(0, 0x40_000).Clear();
        FrontEnd.AddBuffer(0x20_000, 2048);
        _bench.SendFromPeer(TestFrames.Create(60, 1));
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
        int first = (int)(GuestRam.GuestAddress >> 12);
        int[] pages = [.. Enumerable.Range(0, 0x40_000 * 8).Where(page => (log.At(page / 8, 1)[0] & (1 << (page % 8))) != 0).Select(page => page - first)];
        Assert.Equal([3, 0x20], pages);
    }

    [Fact]
    public void The_front_end_keeps_what_is_in_flight()
    {
        FrontEnd.Send(31, 0UL, 0UL, 2UL | ((ulong)TestFrontEnd.RingSize << 16));
        Answer answer = FrontEnd.Read();
        Assert.Equal(2UL * TestFrontEnd.InflightBytes, answer.Number);
        Assert.NotEqual(-1, answer.Descriptor);
        FrontEnd.Send(32, MemoryMarshal.AsBytes<ulong>([2 * TestFrontEnd.InflightBytes, 0, 2UL | ((ulong)TestFrontEnd.RingSize << 16)]), 0, answer.Descriptor);
        FrontEnd.Start();
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        Assert.Equal(1, FrontEnd.Transmit.UsedIndex);
        _ = L2tpv3.DataPlane.Interop.Libc.close(answer.Descriptor);
    }

    public void Dispose() => _bench.Dispose();
}
