// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Targets;

/// <summary>
/// A thread of the guest that writes to its rings, its indirect tables and its frames without end. Whatever it writes, buffers are in a part of the memory that
/// <see cref="CheckUntouched"/> knows, or nowhere.
/// </summary>
internal sealed class RingScribbler : IDisposable
{
    private const int Window = 0x8000;
    private const int LongestBuffer = 0x1000;
    private const int Frames = 0x2000;
    private const int Tail = 8;

    /// <summary>A ring may be there.</summary>
    private const int RingsAtEnd = 0x2000;

    private readonly RingMemory _memory;
    private readonly RingView[] _rings;
    private readonly Thread _thread;
    private readonly ulong[] _addresses;
    private readonly uint[] _lengths = [0, 1, 12, 26, 60, 74, 1514, LongestBuffer, 16, 32, 33, 64, 16 * 1024, uint.MaxValue];
    private Generator _random;
    private volatile bool _isOver;

    /// <summary>Begins to write.</summary>
    public RingScribbler(RingMemory memory, RingView[] rings, uint seed)
    {
        _memory = memory;
        _rings = rings;
        _random = new Generator(seed);
        RingRegion first = memory.Regions[0];
        _addresses =
        [
            memory.GuestAddress(RingMemory.Buffers), memory.GuestAddress(RingMemory.Buffers + 64), memory.GuestAddress(RingMemory.Buffers + Window - LongestBuffer),
            memory.GuestAddress(RingMemory.Tables), memory.GuestAddress(RingMemory.Tables + 32), first.Guest + (ulong)first.Size - Tail, ulong.MaxValue - 7, first.Guest - 1,
        ];
        _thread = new Thread(Write) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for its end. No byte was written but those that descriptors may have named.</summary>
    public void CheckUntouched(byte[] before)
    {
        Dispose();
        RingRegion first = _memory.Regions[0];
        int from = RingMemory.Buffers + Window + (int)_lengths[12];
        int to = first.End - RingsAtEnd;
        Check.Equal(before.AsSpan(from, to - from), _memory.At(from, to - from), "memory that no descriptor has named");
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Write()
    {
        while (!_isOver)
        {
            RingView ring = _rings[_random.Below(2)];
            ushort write = ring.Index == 0 ? (ushort)2 : (ushort)0;
            bool isTable = _random.Below(3) == 0;
            int place = isTable
                ? RingMemory.Tables + (RingView.DescriptorSize * _random.Below(8))
                : ring.Descriptors + (RingView.DescriptorSize * _random.Below(ring.Size));
            _memory.Field<ulong>(place) = _addresses[_random.Below(_random.Below(3) == 0 ? _addresses.Length : 5)];
            _memory.Field<uint>(place + 8) = _lengths[_random.Below(_lengths.Length)];
            _memory.Field<ushort>(place + 12) = (ushort)(write ^ (_random.Below(8) == 0 ? _random.Below(8) : _random.Below(2)));
            _memory.Field<ushort>(place + 14) = (ushort)_random.Below(isTable ? 9 : ring.Size + 1);
            _memory.Field<ulong>(RingMemory.Buffers + (8 * _random.Below(Frames / 8))) = _random.Next() & _random.Next();
            ring.Head((ushort)_random.Below(ring.Size)) = (ushort)_random.Below(_random.Below(50) == 0 ? ring.Size + 2 : ring.Size);
            ring.AvailableFlags = (ushort)_random.Below(2);
            ring.UsedEvent = (ushort)_random.Next();
            ring.AvailableIndex = (ushort)(ring.UsedIndex + _random.Below(_random.Below(50) == 0 ? ring.Size + 2 : ring.Size + 1));
        }
    }
}
