// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Fuzz.Tests.Targets;

/// <summary>Chains as a driver makes them, most of them sound, with a field now and then that no driver writes.</summary>
internal sealed class RingChoices(Choices choices, RingMemory memory, RingView[] rings)
{
    private const ushort Next = 1;
    private const ushort Write = 2;
    private const ushort Indirect = 4;
    private const int TableSize = 64;
    private const int LargestTable = 1025;

    private readonly GuestChoices _guest = new(choices);
    private int _place = RingMemory.Buffers;
    private int _table;
    private int _descriptor;

    /// <summary>The driver makes some chains available.</summary>
    public void Add(RingView ring, int headerLength)
    {
        for (int i = choices.OneIn(10) ? choices.Below(40) : choices.Below(6); i > 0; i--)
        {
            int head = ring.Index == 0 ? AddBuffer(ring) : AddFrame(ring, headerLength);
            ring.Head(ring.AvailableIndex) = choices.OneIn(60) ? choices.UInt16() : (ushort)head;
            ring.AvailableIndex++;
        }

        if (choices.OneIn(40))
        {
            ring.AvailableIndex = choices.OneIn(2) ? choices.UInt16() : (ushort)(ring.UsedIndex + ring.Size + choices.Below(3) - 1);
        }

        ring.AvailableFlags = (ushort)choices.Below(2);
        ring.UsedEvent = choices.OneIn(4) ? choices.UInt16() : (ushort)(ring.UsedIndex + choices.Below(3));
    }

    /// <summary>Buffers of a frame to receive.</summary>
    private int AddBuffer(RingView ring)
    {
        int length = choices.Of(2048, 256, 1526, 12, 11, 1, 70_000, choices.Between(1, 4000));
        return AddChain(ring, Pieces(length), Write);
    }

    /// <summary>A frame to send, with its header, written to where its pieces are.</summary>
    private int AddFrame(RingView ring, int headerLength)
    {
        byte[] bytes = FrameBytes(headerLength);
        List<(int Offset, int Length)> pieces = Pieces(Math.Max(bytes.Length, 1));
        int at = 0;
        foreach ((int offset, int length) in pieces)
        {
            int count = Math.Min(length, Math.Min(bytes.Length - at, RingMemory.Size - offset));
            if (!Array.Exists(rings, other => other.Overlaps(offset, count)))
            {
                bytes.AsSpan(at, count).CopyTo(memory.At(offset, count));
            }

            at += count;
        }

        return AddChain(ring, pieces, 0);
    }

    private byte[] FrameBytes(int headerLength)
    {
        byte[] header = new byte[headerLength];
        if (choices.OneIn(3))
        {
            return [.. header, .. choices.Noise(choices.Between(0, 200))];
        }

        GuestFrame frame = _guest.Next(mayBeRaw: false);
        frame.Vnet.Write(header.AsSpan(0, VnetHeader.MinimumLength));
        byte[] bytes = [.. header, .. frame.Frame];
        return choices.OneIn(20) ? bytes[..Math.Min(bytes.Length, choices.Below(30))] : bytes;
    }

    /// <summary>Places for so many bytes: one piece, or several anywhere.</summary>
    private List<(int Offset, int Length)> Pieces(int length)
    {
        List<(int Offset, int Length)> pieces = [];
        int count = choices.Below(8) switch
        {
            < 4 => 1,
            < 7 => choices.Between(2, 8),
            _ => choices.Between(1, 300),
        };
        for (int i = 0; length > 0; i++)
        {
            int part = i + 1 >= count ? length : Math.Min(length, choices.OneIn(3) ? choices.Between(1, 20) : choices.Between(1, Math.Max(1, 2 * length / count)));
            pieces.Add((Place(part), part));
            length -= part;
        }

        return pieces;
    }

    /// <summary>Mostly the next free bytes; the end of a region; or anywhere.</summary>
    private int Place(int length)
    {
        if (choices.OneIn(10))
        {
            RingRegion region = memory.Regions[choices.Below(memory.Regions.Count)];
            return Math.Max(RingMemory.Buffers, region.End - choices.Between(0, 2 * length));
        }

        if (_place + length >= memory.Regions[0].End - 0x2000)
        {
            _place = RingMemory.Buffers;
        }

        int place = _place;
        _place += length + choices.Below(3);
        return place;
    }

    /// <summary>Descriptors of the ring, or of an indirect table, or both.</summary>
    private int AddChain(RingView ring, List<(int Offset, int Length)> pieces, ushort flags)
    {
        int direct = choices.OneIn(4) || (pieces.Count > ring.Size && !choices.OneIn(8)) ? choices.Below(Math.Min(pieces.Count, ring.Size)) : pieces.Count;
        int head = _descriptor % ring.Size;
        for (int i = 0; i < direct; i++)
        {
            bool isLast = i + 1 == direct && direct == pieces.Count;
            int index = NextDescriptor(ring);
            WriteDescriptor(ring.Descriptors + (RingView.DescriptorSize * index), pieces[i], flags, isLast, (ushort)(_descriptor % ring.Size));
        }

        if (direct < pieces.Count)
        {
            int table = AddTable(pieces[direct..], flags, out int count);
            int index = NextDescriptor(ring);
            Write64(ring.Descriptors + (RingView.DescriptorSize * index), memory.GuestAddress(table), count * RingView.DescriptorSize, Indirect, 0);
        }

        return head;
    }

    private int NextDescriptor(RingView ring) => _descriptor++ % ring.Size;

    private int AddTable(List<(int Offset, int Length)> pieces, ushort flags, out int count)
    {
        int room = (RingMemory.Buffers - RingMemory.Tables) / RingView.DescriptorSize;
        int length = Math.Max(pieces.Count, choices.OneIn(30) ? choices.Between(TableSize, LargestTable) : 0);
        _table = _table + length > room ? 0 : _table;
        int start = RingMemory.Tables + (RingView.DescriptorSize * _table);
        for (int i = 0; i < length; i++)
        {
            // A long one has its pieces again and again.
            WriteDescriptor(start + (RingView.DescriptorSize * i), pieces[i % pieces.Count], flags, i + 1 == length, (ushort)(i + 1));
        }

        _table += length;
        count = length;
        return start;
    }

    private void WriteDescriptor(int place, (int Offset, int Length) piece, ushort flags, bool isLast, ushort next)
    {
        ulong address = memory.GuestAddress(piece.Offset);
        uint length = (uint)piece.Length;
        flags |= isLast ? (ushort)0 : Next;
        if (choices.OneIn(150))
        {
            switch (choices.Below(7))
            {
                case 0:
                    address = choices.Of<ulong>(choices.UInt64(), ulong.MaxValue, 0, memory.Regions[^1].Guest + (ulong)memory.Regions[^1].Size - 1);
                    break;
                case 1:
                    address = memory.GuestAddress(choices.Below(RingMemory.Size));
                    break;
                case 2:
                    length = choices.Of(0u, uint.MaxValue, 0x8000_0000, choices.UInt32(), (uint)choices.Below(RingMemory.Size));
                    break;
                case 3:
                    flags ^= choices.Of(Next, Write, Indirect);
                    break;
                case 4:
                    flags = choices.UInt16();
                    break;
                case 5:
                    next = choices.OneIn(2) ? choices.UInt16() : (ushort)choices.Below(4);
                    flags |= Next;
                    break;
                default:
                    (flags, length) = ((ushort)(flags ^ Indirect), (uint)(RingView.DescriptorSize * choices.Below(4)));
                    break;
            }
        }

        Write64(place, address, (int)length, flags, next);
    }

    private void Write64(int place, ulong address, int length, ushort flags, ushort next)
    {
        memory.Field<ulong>(place) = address;
        memory.Field<int>(place + 8) = length;
        memory.Field<ushort>(place + 12) = flags;
        memory.Field<ushort>(place + 14) = next;
    }
}
