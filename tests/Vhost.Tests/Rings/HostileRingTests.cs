// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.Rings;

namespace Vhost.Tests.Rings;

/// <summary>Rings that no driver makes: the queue takes nothing of them, says what is wrong, and touches nothing outside of the guest's memory.</summary>
public sealed class HostileRingTests
{
    private const int Indirect = RingBench.Buffers + 0x8000;
    private const ushort Next = DriverRing.NextFlag;
    private const ushort Write = DriverRing.WriteFlag;
    private const ushort Table = DriverRing.IndirectFlag;

    private static readonly Dictionary<string, (RingFault Fault, Action<RingBench> Make)> s_rings = new(StringComparer.Ordinal)
    {
        ["available index one too far ahead"] = (RingFault.AvailableIndex, bench => bench.Driver.AvailableIndex = RingBench.Size + 1),
        ["available index behind"] = (RingFault.AvailableIndex, bench => bench.Driver.AvailableIndex = ushort.MaxValue),
        ["head is the size"] = (RingFault.DescriptorIndex, bench => bench.Driver.Offer(RingBench.Size)),
        ["head is the largest number"] = (RingFault.DescriptorIndex, bench => bench.Driver.Offer(ushort.MaxValue)),
        ["next is the size"] = (RingFault.DescriptorIndex, bench => One(bench, RingBench.Address(RingBench.Buffers), 64, Next, RingBench.Size)),
        ["next is the largest number"] = (RingFault.DescriptorIndex, bench => One(bench, RingBench.Address(RingBench.Buffers), 64, Next, ushort.MaxValue)),
        ["a descriptor that is its own next"] = (RingFault.Loop, bench => One(bench, RingBench.Address(RingBench.Buffers), 64, Next, 0)),
        ["two descriptors in a circle"] = (RingFault.Loop, Circle),
        ["no bytes"] = (RingFault.ZeroLength, bench => One(bench, RingBench.Address(RingBench.Buffers), 0, 0, 0)),
        ["address 0"] = (RingFault.Address, bench => One(bench, 0, 64, 0, 0)),
        ["the last address"] = (RingFault.Address, bench => One(bench, ulong.MaxValue, 64, 0, 0)),
        ["a user address"] = (RingFault.Address, bench => One(bench, GuestRam.UserAddress, 64, 0, 0)),
        ["one byte before the memory"] = (RingFault.Address, bench => One(bench, GuestRam.GuestAddress - 1, 64, 0, 0)),
        ["one byte beyond the memory"] = (RingFault.Address, bench => One(bench, RingBench.Address(bench.Ram.Size - 63), 64, 0, 0)),
        ["4 GiB of it"] = (RingFault.Address, bench => One(bench, RingBench.Address(RingBench.Buffers), uint.MaxValue, 0, 0)),
        ["a buffer to write to"] = (RingFault.Direction, bench => One(bench, RingBench.Address(RingBench.Buffers), 64, Write, 0)),
        ["a buffer to write to behind one to read"] = (RingFault.Direction, bench =>
            bench.Driver.Add(new RingBuffer(RingBench.Address(RingBench.Buffers), 64), new RingBuffer(RingBench.Address(RingBench.Buffers), 64, Write))),
        ["an indirect table of no bytes"] = (RingFault.IndirectTable, bench => One(bench, RingBench.Address(Indirect), 0, Table, 0)),
        ["an indirect table of one byte too many"] = (RingFault.IndirectTable, bench => One(bench, RingBench.Address(Indirect), 33, Table, 0)),
        ["an indirect table of 1025 descriptors"] = (RingFault.IndirectTable, bench => One(bench, RingBench.Address(Indirect), 1025 * 16, Table, 0)),
        ["an indirect table half beyond the memory"] = (RingFault.IndirectTable, bench => One(bench, RingBench.Address(bench.Ram.Size - 16), 32, Table, 0)),
        ["an indirect table nowhere"] = (RingFault.IndirectTable, bench => One(bench, 0, 32, Table, 0)),
        ["an indirect descriptor with a next one"] = (RingFault.IndirectWithNext, bench => One(bench, RingBench.Address(Indirect), 32, Table | Next, 1)),
        ["an indirect table in an indirect table"] = (RingFault.IndirectInIndirect, bench => InTable(bench, 1, new RingDescriptor(RingBench.Address(Indirect), 16, Table, 0))),
        ["next beyond the indirect table"] = (RingFault.DescriptorIndex, bench => InTable(bench, 2, new RingDescriptor(RingBench.Address(RingBench.Buffers), 64, Next, 2))),
        ["an indirect table that loops"] = (RingFault.Loop, bench => InTable(bench, 2, new RingDescriptor(RingBench.Address(RingBench.Buffers), 64, Next, 0))),
        ["1024 bytes and a bad one in an indirect table"] = (RingFault.Address, bench =>
            InTable(bench, 2, new RingDescriptor(RingBench.Address(RingBench.Buffers), 1024, Next, 1), new(0, 64, 0, 0))),
    };

    public static TheoryData<string> Rings => [.. s_rings.Keys];

    [Theory]
    [MemberData(nameof(Rings))]
    public void A_broken_ring_gives_nothing_and_says_why(string ring)
    {
        using RingBench bench = new();
        s_rings[ring].Make(bench);
        Assert.False(bench.TryTake(out _));
        Assert.Equal(s_rings[ring].Fault, bench.Queue.Fault);
        Assert.False(bench.Queue.IsUsable);
        Assert.Equal(0, bench.Driver.UsedIndex);
    }

    [Fact]
    public void A_buffer_to_read_from_breaks_the_receive_queue()
    {
        using RingBench bench = new(isWritten: true);
        One(bench, RingBench.Address(RingBench.Buffers), 64, 0, 0);
        Assert.False(bench.TryTake(out _));
        Assert.Equal(RingFault.Direction, bench.Queue.Fault);
    }

    [Fact]
    public void Without_the_feature_an_indirect_descriptor_breaks_the_ring()
    {
        using RingBench bench = new(indirect: false);
        InTable(bench, 1, new RingDescriptor(RingBench.Address(RingBench.Buffers), 64, 0, 0));
        Assert.False(bench.TryTake(out _));
        Assert.Equal(RingFault.IndirectUnasked, bench.Queue.Fault);
    }

    [Fact]
    public void A_chain_of_as_many_descriptors_as_the_ring_has_is_taken()
    {
        using RingBench bench = new();
        RingBuffer[] buffers = [.. Enumerable.Repeat(new RingBuffer(RingBench.Address(RingBench.Buffers), 64), RingBench.Size)];
        bench.Driver.Add(buffers);
        Assert.True(bench.TryTake(out _));
        Assert.Equal(RingBench.Size, bench.Chain.Count);
    }

    [Fact]
    public void A_broken_ring_works_again_when_it_is_started_anew()
    {
        using RingBench bench = new();
        bench.Driver.Offer(RingBench.Size);
        Assert.False(bench.TryTake(out _));
        bench.Driver.AvailableIndex = 0;
        bench.Queue.Start(RingBench.Size, 0, null);
        bench.Driver.Add(new RingBuffer(RingBench.Address(RingBench.Buffers), 64));
        Assert.True(bench.TryTake(out _));
    }

    /// <summary>Another thread writes what it likes, as a guest may; nothing but the guest's memory may be given away.</summary>
    [Fact]
    public void A_ring_that_changes_while_it_is_read_gives_pieces_of_the_guests_memory_only()
    {
        using RingBench bench = new();
        using CancellationTokenSource stop = new();
        Thread writer = new(() => Scribble(bench, stop.Token));
        writer.Start();
        int taken = 0;
        long end = Environment.TickCount64 + (long)Timeouts.Arrival.TotalMilliseconds;
        while (taken < 1000 && Environment.TickCount64 < end)
        {
            if (bench.TryTake(out ushort head))
            {
                taken++;
                AssertInside(bench);
                bench.Queue.Use(head, 0);
                _ = bench.Queue.Publish();
            }
            else
            {
                bench.Queue.Start(RingBench.Size, 0, null);
            }
        }

        stop.Cancel();
        writer.Join();
        Assert.Equal(1000, taken);
    }

    private static unsafe void AssertInside(RingBench bench)
    {
        for (int i = 0; i < bench.Chain.Count; i++)
        {
            byte* start = bench.Chain.Pieces[i].iov_base;
            Assert.True(start >= bench.Ram.Start && start + bench.Chain.Pieces[i].iov_len <= bench.Ram.Start + bench.Ram.Size);
        }
    }

    private static void Scribble(RingBench bench, CancellationToken stop)
    {
        uint state = 7;
        int Draw(int below)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            return (int)((state >> 16) % (uint)below);
        }

        ulong[] addresses = [0, RingBench.Address(Indirect), RingBench.Address(RingBench.Buffers), RingBench.Address(bench.Ram.Size - 40), ulong.MaxValue - 8];
        while (!stop.IsCancellationRequested)
        {
            bench.Driver.SetDescriptor(Draw(RingBench.Size), addresses[Draw(addresses.Length)], (uint)Draw(65), (ushort)Draw(8), (ushort)Draw(RingBench.Size + 1));
            DriverRing.WriteDescriptor(bench.Ram.At(Indirect + (16 * Draw(4)), 16), addresses[Draw(addresses.Length)], (uint)Draw(65), (ushort)Draw(8), (ushort)Draw(5));
            bench.Driver.SetHead(Draw(RingBench.Size), (ushort)Draw(RingBench.Size + 1));
            bench.Driver.AvailableIndex = (ushort)(bench.Driver.UsedIndex + Draw(RingBench.Size + 2));
        }
    }

    private static void Circle(RingBench bench)
    {
        bench.Driver.SetDescriptor(1, RingBench.Address(RingBench.Buffers), 64, Next, 0);
        One(bench, RingBench.Address(RingBench.Buffers), 64, Next, 1);
    }

    private static void One(RingBench bench, ulong address, uint length, ushort flags, ushort next)
    {
        bench.Driver.SetDescriptor(0, address, length, flags, next);
        bench.Driver.Offer(0);
    }

    private static void InTable(RingBench bench, uint size, params ReadOnlySpan<RingDescriptor> descriptors)
    {
        for (int i = 0; i < descriptors.Length; i++)
        {
            DriverRing.WriteDescriptor(bench.Ram.At(Indirect + (16 * i), 16), descriptors[i].Address, descriptors[i].Length, descriptors[i].Flags, descriptors[i].Next);
        }

        One(bench, RingBench.Address(Indirect), size * 16, Table, 0);
    }
}
