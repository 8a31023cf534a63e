// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.Rings;

namespace Vhost.Tests.Rings;

/// <summary>A queue and a driver that keep to the rules (virtio 1.2, 2.7).</summary>
public sealed class SplitQueueTests
{
    private static readonly RingBuffer s_buffer = new(RingBench.Address(RingBench.Buffers), 64);

    [Fact]
    public unsafe void A_chain_has_the_pieces_of_its_descriptors_in_order()
    {
        using RingBench bench = new();
        bench.Driver.Add(new RingBuffer(RingBench.Address(0x20_000), 10), new RingBuffer(RingBench.Address(0x30_000), 20));
        Assert.True(bench.TryTake(out ushort head));
        Assert.Equal(0, head);
        Assert.Equal(2, bench.Chain.Count);
        Assert.True(bench.Chain.Pieces[0].iov_base == bench.Ram.Start + 0x20_000);
        Assert.True(bench.Chain.Pieces[1].iov_base == bench.Ram.Start + 0x30_000);
        Assert.Equal(RingBench.Address(0x30_000), bench.Chain.Addresses[1]);
        Assert.Equal(30ul, bench.Chain.Bytes);
    }

    [Fact]
    public void The_descriptors_of_an_indirect_table_are_a_chain()
    {
        using RingBench bench = new();
        DriverRing.WriteDescriptor(bench.Ram.At(0x40_000, 16), RingBench.Address(0x20_000), 10, DriverRing.NextFlag, 1);
        DriverRing.WriteDescriptor(bench.Ram.At(0x40_010, 16), RingBench.Address(0x30_000), 20, 0, 0);
        bench.Driver.Add(new RingBuffer(RingBench.Address(0x40_000), 32, DriverRing.IndirectFlag));
        Assert.True(bench.TryTake(out _));
        Assert.Equal(2, bench.Chain.Count);
        Assert.Equal(30ul, bench.Chain.Bytes);
    }

    [Fact]
    public void A_direct_descriptor_may_be_in_front_of_an_indirect_table()
    {
        using RingBench bench = new();
        DriverRing.WriteDescriptor(bench.Ram.At(0x40_000, 16), RingBench.Address(0x20_000), 20, 0, 0);
        bench.Driver.Add(s_buffer, new RingBuffer(RingBench.Address(0x40_000), 16, DriverRing.IndirectFlag));
        Assert.True(bench.TryTake(out _));
        Assert.Equal(84ul, bench.Chain.Bytes);
    }

    [Fact]
    public unsafe void A_buffer_across_two_regions_that_meet_has_two_pieces()
    {
        using RingBench bench = new();
        using GuestRam more = new(0x1000);
        Assert.Null(bench.Memory.Add(new L2tpv3.Vhost.GuestMemory.MemoryRegion(RingBench.Address(bench.Ram.Size), 0x1000, more.Start, 0x1000)));
        bench.Move();
        bench.Driver.Add(new RingBuffer(RingBench.Address(bench.Ram.Size - 16), 64));
        Assert.True(bench.TryTake(out _));
        Assert.Equal(2, bench.Chain.Count);
        Assert.True(bench.Chain.Pieces[1].iov_base == more.Start);
        Assert.Equal(48ul, bench.Chain.Pieces[1].iov_len);
    }

    [Fact]
    public void What_is_used_is_seen_when_it_is_published()
    {
        using RingBench bench = new();
        bench.Driver.Add(s_buffer);
        bench.Driver.Add(s_buffer);
        Assert.True(bench.TryTake(out ushort first));
        bench.Queue.Use(first, 5);
        Assert.True(bench.TryTake(out ushort second));
        bench.Queue.Use(second, 6);
        Assert.Equal(0, bench.Driver.UsedIndex);
        Assert.True(bench.Queue.Publish());
        Assert.Equal(2, bench.Driver.UsedIndex);
        Assert.Equal((0u, 5u), bench.Driver.Used(0));
        Assert.Equal((1u, 6u), bench.Driver.Used(1));
        Assert.False(bench.Queue.Publish());
    }

    [Fact]
    public void What_is_given_back_is_taken_again_in_the_same_order()
    {
        using RingBench bench = new();
        bench.Driver.Add(s_buffer);
        bench.Driver.Add(s_buffer);
        Assert.True(bench.TryTake(out ushort first));
        Assert.True(bench.TryTake(out ushort second));
        bench.Queue.GiveBack([first, second]);
        Assert.Equal(0, bench.Queue.Next);
        Assert.True(bench.TryTake(out ushort again));
        Assert.Equal(first, again);
        Assert.Equal(1, bench.Queue.Next);
    }

    [Fact]
    public void Indexes_run_through_their_sixteen_bits()
    {
        using RingBench bench = new();
        for (int i = 0; i < 70_000; i++)
        {
            bench.Driver.Add(s_buffer);
            Assert.True(bench.TryTake(out ushort head));
            bench.Queue.Use(head, (uint)i);
            Assert.True(bench.Queue.Publish());
            Assert.True(bench.Driver.TryGetUsed(out uint used, out uint length));
            Assert.Equal(head, used);
            Assert.Equal((uint)i, length);
        }

        Assert.Equal(unchecked((ushort)70_000), bench.Driver.UsedIndex);
    }

    [Fact]
    public void Without_event_indexes_the_drivers_flag_stops_interrupts()
    {
        using RingBench bench = new();
        bench.Driver.AvailableFlags = 1;
        Assert.False(UseOne(bench));
        bench.Driver.AvailableFlags = 0;
        Assert.True(UseOne(bench));
    }

    [Theory]
    [InlineData(0, new[] { true, false, false, false })]
    [InlineData(2, new[] { true, false, true, false })]
    [InlineData(3, new[] { true, false, false, true })]
    public void With_event_indexes_an_interrupt_comes_when_the_named_entry_is_used(ushort usedEvent, bool[] interrupts)
    {
        using RingBench bench = new(eventIndex: true);
        bench.Driver.UsedEvent = usedEvent;
        foreach (bool expected in interrupts)
        {
            Assert.Equal(expected, UseOne(bench));
        }
    }

    [Fact]
    public void Without_event_indexes_a_flag_asks_for_kicks()
    {
        using RingBench bench = new();
        bench.Queue.StopKicks();
        Assert.Equal(1, bench.Driver.UsedFlags);
        Assert.False(bench.Queue.AskForKick());
        Assert.Equal(0, bench.Driver.UsedFlags);
    }

    [Fact]
    public void With_event_indexes_the_next_entry_is_the_one_to_kick_for()
    {
        using RingBench bench = new(eventIndex: true);
        UseOne(bench);
        bench.Queue.StopKicks();
        Assert.Equal(0, bench.Driver.AvailableEvent);
        Assert.False(bench.Queue.AskForKick());
        Assert.Equal(1, bench.Driver.AvailableEvent);
        Assert.Equal(0, bench.Driver.UsedFlags);
    }

    /// <summary>The guest may not have them again yet, so it cannot make more available than the others.</summary>
    [Fact]
    public void Chains_that_are_taken_and_not_used_count_against_the_ring()
    {
        using RingBench bench = new();
        for (uint i = 0; i < 4; i++)
        {
            bench.Driver.Add(s_buffer);
        }

        for (uint i = 0; i < 4; i++)
        {
            Assert.True(bench.TryTake(out _));
        }

        bench.Driver.AvailableIndex = (ushort)(RingBench.Size + 1);
        Assert.False(bench.TryTake(out _));
        Assert.Equal(RingFault.AvailableIndex, bench.Queue.Fault);
    }

    [Fact]
    public void A_ring_that_was_used_before_goes_on_at_its_used_index()
    {
        using RingBench bench = new();
        bench.Driver.SetUsedIndex(65_535);
        bench.Driver.AvailableIndex = 65_535;
        bench.Queue.Start(RingBench.Size, 65_535, null);
        bench.Driver.Add(s_buffer);
        Assert.True(bench.TryTake(out ushort head));
        bench.Queue.Use(head, 0);
        bench.Queue.Publish();
        Assert.Equal(0, bench.Driver.UsedIndex);
        Assert.Equal(0, bench.Queue.Next);
    }

    [Fact]
    public void Chains_that_somebody_took_and_never_used_are_taken_again()
    {
        using RingBench bench = new();
        bench.Driver.Add(s_buffer);
        bench.Driver.Add(s_buffer);
        bench.Queue.Start(RingBench.Size, 2, null);
        Assert.True(bench.TryTake(out ushort head));
        Assert.Equal(0, head);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 2)]
    [InlineData(1L << 40, 0, 0)]
    [InlineData(0, 1L << 40, 0)]
    [InlineData(0, 0, 1L << 40)]
    public void A_ring_that_is_not_aligned_or_not_in_the_memory_is_nowhere(long descriptors, long available, long used)
    {
        using RingBench bench = new();
        bench.Move(new RingAddresses(
            bench.Driver.DescriptorsAt + (ulong)descriptors, bench.Driver.AvailableAt + (ulong)available, bench.Driver.UsedAt + (ulong)used, 0, IsLogged: false));
        Assert.False(bench.Queue.IsPlaced);
        Assert.False(bench.TryTake(out _));
    }

    [Fact]
    public void Taking_and_using_allocates_nothing()
    {
        using RingBench bench = new(eventIndex: true);
        UseOne(bench);
        long allocated = 0;
        for (int i = 0; i < 1000; i++)
        {
            bench.Driver.Add(s_buffer);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = bench.TryTake(out ushort head);
            bench.Queue.Use(head, 0);
            _ = bench.Queue.Publish();
            _ = bench.Queue.AskForKick();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static bool UseOne(RingBench bench)
    {
        bench.Driver.Add(s_buffer);
        Assert.True(bench.TryTake(out ushort head));
        bench.Queue.Use(head, 0);
        return bench.Queue.Publish();
    }
}
