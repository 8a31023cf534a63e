// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Targets;

/// <summary>One split virtqueue (virtio 1.2, 2.7) as the driver has laid it into its memory, which may be anywhere.</summary>
internal sealed class RingView
{
    public const int DescriptorSize = 16;

    private const int UsedElementSize = 8;
    private const int Page = 0x1000;
    private const int PagesOfQueue = 3;

    private readonly RingMemory _memory;

    /// <summary>Lays it out: mostly in pages of its own.</summary>
    public RingView(RingMemory memory, Choices choices, int index)
    {
        _memory = memory;
        Index = index;
        Size = choices.Of(8, 64, 1, 2, 4, 16, 256);
        int page = RingMemory.Rings + (index * PagesOfQueue * Page);
        (Descriptors, Available, Used) = (page, page + Page, page + (2 * Page));
        if (choices.OneIn(12))
        {
            int end = memory.Regions[0].End;
            switch (choices.Below(8))
            {
                case 0:
                    Used = (end - UsedBytes) & ~3;
                    break;
                case 1:
                    Available = (end - AvailableBytes) & ~1;
                    break;
                case 2:
                    Descriptors = end - DescriptorBytes;
                    break;
                case 3:
                    Used = ((end - UsedBytes) & ~3) + 4;
                    break;
                case 4:
                    Descriptors += 8;
                    break;
                case 5:
                    Available += 1;
                    break;
                case 6:
                    Used += 2;
                    break;
                default:
                    Used = page + Page;
                    break;
            }
        }
    }

    /// <summary>0: receive; 1: transmit.</summary>
    public int Index { get; }

    public int Size { get; }

    /// <summary>Where its parts are in the file.</summary>
    public int Descriptors { get; }

    public int Available { get; }

    public int Used { get; }

    public int DescriptorBytes => DescriptorSize * Size;

    public int AvailableBytes => 6 + (2 * Size);

    public int UsedBytes => 6 + (UsedElementSize * Size);

    /// <summary>All parts are in the first region and aligned (virtio 1.2, 2.7).</summary>
    public bool IsSound => Fits(Descriptors, DescriptorBytes, 16) && Fits(Available, AvailableBytes, 2) && Fits(Used, UsedBytes, 4);

    public ref ushort AvailableFlags => ref _memory.Field<ushort>(Available);

    public ref ushort AvailableIndex => ref _memory.Field<ushort>(Available + 2);

    public ref ushort UsedEvent => ref _memory.Field<ushort>(Available + 4 + (2 * Size));

    public ref ushort UsedFlags => ref _memory.Field<ushort>(Used);

    public ref ushort UsedIndex => ref _memory.Field<ushort>(Used + 2);

    public ref ushort AvailableEvent => ref _memory.Field<ushort>(Used + 4 + (UsedElementSize * Size));

    /// <summary>An entry of the available ring, at any index.</summary>
    public ref ushort Head(ushort index) => ref _memory.Field<ushort>(Available + 4 + (2 * (index % Size)));

    /// <summary>An entry of the used ring, at any index.</summary>
    public (uint Head, uint Length) Element(ushort index)
    {
        int place = Used + 4 + (UsedElementSize * (index % Size));
        return (_memory.Field<uint>(place), _memory.Field<uint>(place + 4));
    }

    /// <summary>Some bytes of the file and some part of this ring have bytes in common.</summary>
    public bool Overlaps(int offset, int length) =>
        Meet(offset, length, Descriptors, DescriptorBytes) || Meet(offset, length, Available, AvailableBytes) || OverlapsUsed(offset, length);

    /// <summary>The same for the part that a device writes.</summary>
    public bool OverlapsUsed(int offset, int length) => Meet(offset, length, Used, UsedBytes);

    /// <summary>Two runs of bytes have some in common.</summary>
    public static bool Meet(int one, int oneLength, int other, int otherLength) => one < other + otherLength && other < one + oneLength;

    private bool Fits(int offset, int length, int alignment) =>
        offset >= _memory.Regions[0].Offset && offset + length <= _memory.Regions[0].End && (offset - RingMemory.Rings) % alignment == 0;
}
