// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Vhost.Tests.Kit;

/// <summary>
/// The driver's side of a split virtqueue (virtio 1.2, 2.7), written for tests: it can write anything anywhere.
///
///     descriptors | available | used        one page each, from an offset of the guest's memory
/// </summary>
internal sealed class DriverRing
{
    public const ushort NextFlag = 1;
    public const ushort WriteFlag = 2;
    public const ushort IndirectFlag = 4;

    private const int Page = 4096;
    private readonly GuestRam _ram;
    private readonly int _offset;
    private ushort _nextDescriptor;
    private ushort _seenUsed;

    /// <summary>A ring of so many entries, at most 256.</summary>
    public DriverRing(GuestRam ram, int offset, int size)
    {
        _ram = ram;
        _offset = offset;
        Size = size;
    }

    public int Size { get; }

    /// <summary>User addresses of the three parts.</summary>
    public ulong DescriptorsAt => GuestRam.UserAddress + (ulong)_offset;

    public ulong AvailableAt => DescriptorsAt + Page;

    public ulong UsedAt => DescriptorsAt + (2 * Page);

    /// <summary>idx of the available ring.</summary>
    public ref ushort AvailableIndex => ref _ram.Field<ushort>(_offset + Page + 2);

    public ref ushort AvailableFlags => ref _ram.Field<ushort>(_offset + Page);

    /// <summary>The driver wants an interrupt when this entry is used.</summary>
    public ref ushort UsedEvent => ref _ram.Field<ushort>(_offset + Page + 4 + (2 * Size));

    /// <summary>idx of the used ring.</summary>
    public ushort UsedIndex => Volatile.Read(ref _ram.Field<ushort>(_offset + (2 * Page) + 2));

    public ref ushort UsedFlags => ref _ram.Field<ushort>(_offset + (2 * Page));

    /// <summary>The device wants a kick when this entry is made available.</summary>
    public ushort AvailableEvent => Volatile.Read(ref _ram.Field<ushort>(_offset + (2 * Page) + 4 + (8 * Size)));

    /// <summary>Sets idx of the used ring, as a ring has it that has been in use.</summary>
    public void SetUsedIndex(ushort index)
    {
        _ram.Field<ushort>(_offset + (2 * Page) + 2) = index;
        _seenUsed = index;
    }

    /// <summary>Writes one descriptor.</summary>
    public void SetDescriptor(int index, ulong address, uint length, ushort flags, ushort next)
    {
        Span<byte> bytes = _ram.At(_offset + (16 * index), 16);
        WriteDescriptor(bytes, address, length, flags, next);
    }

    /// <summary>Writes one descriptor anywhere.</summary>
    public static void WriteDescriptor(Span<byte> bytes, ulong address, uint length, ushort flags, ushort next)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], next);
    }

    /// <summary>Makes a head available, without writing a descriptor.</summary>
    public void Offer(ushort head)
    {
        SetHead(AvailableIndex % Size, head);
        Volatile.Write(ref AvailableIndex, (ushort)(AvailableIndex + 1));
    }

    /// <summary>Writes one entry of the available ring.</summary>
    public void SetHead(int entry, ushort head) => _ram.Field<ushort>(_offset + Page + 4 + (2 * entry)) = head;

    /// <summary>Writes a chain with the next free descriptors and makes it available.</summary>
    /// <returns>Its head.</returns>
    public ushort Add(params ReadOnlySpan<RingBuffer> buffers)
    {
        ushort head = _nextDescriptor;
        for (int i = 0; i < buffers.Length; i++)
        {
            ushort next = (ushort)((_nextDescriptor + 1) % Size);
            bool isLast = i == buffers.Length - 1;
            SetDescriptor(_nextDescriptor, buffers[i].Address, buffers[i].Length, (ushort)(buffers[i].Flags | (isLast ? 0 : NextFlag)), next);
            _nextDescriptor = next;
        }

        Offer(head);
        return head;
    }

    /// <summary>An entry of the used ring.</summary>
    public (uint Head, uint Length) Used(int entry) => (
        _ram.Field<uint>(_offset + (2 * Page) + 4 + (8 * (entry % Size))),
        _ram.Field<uint>(_offset + (2 * Page) + 8 + (8 * (entry % Size))));

    /// <summary>The next entry that has been used, if there is one.</summary>
    public bool TryGetUsed(out uint head, out uint length)
    {
        (head, length) = Used(_seenUsed);
        if (_seenUsed == UsedIndex)
        {
            return false;
        }

        _seenUsed++;
        return true;
    }
}

/// <summary>One buffer of a chain.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RingBuffer(ulong Address, uint Length, ushort Flags = 0);

/// <summary>One descriptor as it is written.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RingDescriptor(ulong Address, uint Length, ushort Flags, ushort Next);
