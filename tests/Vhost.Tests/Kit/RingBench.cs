// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Rings;

namespace Vhost.Tests.Kit;

/// <summary>A queue over a guest's memory that lies in this process, and the driver's side of its ring.</summary>
internal sealed unsafe class RingBench : IDisposable
{
    public const int Size = 8;

    /// <summary>Where the tests put buffers.</summary>
    public const int Buffers = 0x10_000;

    /// <summary>Where the ring is.</summary>
    public const int Ring = 0x1000;

    private readonly MemoryTable _memory = new();

    public RingBench(bool isWritten = false, bool eventIndex = false, bool indirect = true)
    {
        Assert.Null(_memory.Add(new MemoryRegion(GuestRam.GuestAddress, GuestRam.UserAddress, Ram.Start, (ulong)Ram.Size)));
        Driver = new DriverRing(Ram, Ring, Size);
        Queue = new SplitQueue(_memory, isWritten) { UsesEventIndex = eventIndex, TakesIndirect = indirect };
        Move();
        Queue.Start(Size, 0, null);
    }

    public GuestRam Ram { get; } = new();

    public DriverRing Driver { get; }

    public SplitQueue Queue { get; }

    public Chain Chain { get; } = new();

    public MemoryTable Memory => _memory;

    /// <summary>The guest's address of a buffer.</summary>
    public static ulong Address(int offset) => GuestRam.GuestAddress + (ulong)offset;

    /// <summary>Gives the queue the ring's place.</summary>
    public void Move(RingAddresses? other = null)
    {
        RingAddresses addresses = other ?? new RingAddresses(Driver.DescriptorsAt, Driver.AvailableAt, Driver.UsedAt, 0, IsLogged: false);
        Queue.Move(RingPlaces.Find(_memory, addresses, Size), addresses);
    }

    /// <summary>Takes the next chain into an empty one.</summary>
    public bool TryTake(out ushort head)
    {
        Chain.Clear();
        return Queue.TryTake(Chain, out head);
    }

    public void Dispose()
    {
        Chain.Dispose();
        _memory.Dispose();
        Ram.Dispose();
    }
}
