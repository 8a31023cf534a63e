// SPDX-License-Identifier: GPL-2.0-or-later
//
// The memory of a guest in one file, whose regions lie apart from each other:
//
//     page   | nobody's | region 0: rings, tables, buffers | nobody's | region 1: buffers | nobody's | region 2 | nobody's |
//
// What is nobody's has bytes, too: whoever writes behind a region is seen.

using Vhost.Tests.Kit;

namespace Fuzz.Tests.Targets;

/// <summary>A guest's memory, with a table of one or more regions.</summary>
internal sealed class RingMemory : IDisposable
{
    /// <summary>Bytes of the file.</summary>
    public const int Size = 0x60_000;

    /// <summary>Where rings and indirect tables are; buffers come behind.</summary>
    public const int Rings = 0x1000;
    public const int Tables = 0x8000;
    public const int Buffers = 0x10_000;

    private const ulong User = 0x7f00_0000_0000;
    private const byte Nobodys = 0xC5;

    private readonly GuestRam _ram = new(Size);

    /// <summary>Makes it.</summary>
    public RingMemory(Choices choices)
    {
        Regions = Layout(choices);
        _ram.At(0, Size).Fill(Nobodys);
        foreach (RingRegion region in Regions)
        {
            At(region.Offset, region.Size).Clear();
        }
    }

    /// <summary>The table. The rings are in the first one.</summary>
    public IReadOnlyList<RingRegion> Regions { get; }

    /// <summary>The file.</summary>
    public int Descriptor => _ram.Descriptor;

    public Span<byte> At(int offset, int length) => _ram.At(offset, length);

    public ref T Field<T>(int offset)
        where T : unmanaged => ref _ram.Field<T>(offset);

    /// <summary>All of it, as it is now.</summary>
    public byte[] Copy() => _ram.At(0, Size).ToArray();

    /// <summary>The guest's address of a place in the file; of a place in no region, some address.</summary>
    public ulong GuestAddress(int offset)
    {
        foreach (RingRegion region in Regions)
        {
            if (offset >= region.Offset && offset < region.End)
            {
                return region.Guest + (ulong)(offset - region.Offset);
            }
        }

        return Regions[0].Guest - 0x10_0000 + (ulong)offset;
    }

    /// <summary>The front-end's address of a place near the first region.</summary>
    public ulong UserAddress(int offset) => Regions[0].User + (ulong)(offset - Regions[0].Offset);

    /// <summary>Looks an address up, region by region.</summary>
    /// <param name="address">The guest's address.</param>
    /// <param name="offset">Where it is in the file.</param>
    /// <returns>How many bytes of its region follow from there; 0: no region has it.</returns>
    public ulong Find(ulong address, out int offset)
    {
        foreach (RingRegion region in Regions)
        {
            if (address >= region.Guest && address - region.Guest < (ulong)region.Size)
            {
                offset = region.Offset + (int)(address - region.Guest);
                return (ulong)(region.End - offset);
            }
        }

        offset = 0;
        return 0;
    }

    /// <summary>A place is in some region.</summary>
    public bool IsGuests(int offset) => Regions.Any(region => offset >= region.Offset && offset < region.End);

    public void Dispose() => _ram.Dispose();

    /// <summary>Regions that meet, lie apart, end within a page, and end where all addresses end.</summary>
    private static RingRegion[] Layout(Choices choices)
    {
        ulong start = choices.Of(0x1_0000_0000UL, 0UL, 0x8000_0000UL);
        int firstSize = choices.Of(0x2_F000, 0x2_F010, 0x2_EFF0);
        RingRegion first = new(start, User, Rings, firstSize);
        RingRegion behind = new(start + (ulong)firstSize, User + 0x1000_0000, 0x3_2000, choices.Of(0x1_8000, 0x1_7FFF, 1));
        return choices.Below(6) switch
        {
            0 or 1 => [first with { Size = 0x5_E000 }],
            2 => [first, behind],
            3 => [first, behind with { Guest = behind.Guest + 0x1000 }],
            4 => [first, behind with { Guest = ulong.MaxValue - (ulong)behind.Size + 1 }, new(start + 0x4000_0000, User + 0x2000_0000, 0x5_0000, 0x8000)],
            _ => [first, behind, new(behind.Guest + (ulong)behind.Size, User + 0x2000_0000, 0x5_0000, 0x8000)],
        };
    }
}
