// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Targets;

/// <summary>What the guest's memory must be after some rounds of the device.</summary>
/// <param name="bytes">What it was before.</param>
/// <param name="rings">Both rings.</param>
internal sealed class RingImage(byte[] bytes, RingView[] rings)
{
    private readonly int[] _writtenBy = new int[RingMemory.Size];
    private readonly bool[] _isOpen = new bool[RingMemory.Size];
    private int _frame;

    public byte[] Bytes { get; } = bytes;

    /// <summary>The guest has asked for something whose order nobody promises.</summary>
    public bool IsVague { get; private set; }

    /// <summary>The device writes a frame to the pieces of its chains.</summary>
    public void Write(ReadOnlySpan<byte> frame, List<RingPiece> pieces)
    {
        _frame++;
        foreach (RingPiece piece in pieces)
        {
            int length = Math.Min(piece.Length, frame.Length);
            IsVague |= length != 0 && Array.Exists(rings, ring => ring.Overlaps(piece.Offset, length));
            for (int i = 0; i < length; i++)
            {
                int place = piece.Offset + i;
                // A buffer that a frame has twice may hold either.
                _isOpen[place] = _writtenBy[place] == _frame;
                _writtenBy[place] = _frame;
                Bytes[place] = frame[i];
            }

            frame = frame[length..];
        }
    }

    /// <summary>The device reads here.</summary>
    public void Read(IEnumerable<RingPiece> pieces)
    {
        foreach (RingPiece piece in pieces)
        {
            IsVague |= Array.Exists(rings, ring => ring.OverlapsUsed(piece.Offset, piece.Length))
                || (_frame != 0 && _writtenBy.AsSpan(piece.Offset, piece.Length).ContainsAnyExcept(0));
        }
    }

    /// <summary>The memory is what it must be. The used rings are left to those who know them: what is not the guest's yet may be anything.</summary>
    public void Compare(RingMemory memory)
    {
        Span<byte> found = memory.At(0, RingMemory.Size);
        foreach (RingView ring in rings)
        {
            if (ring.IsSound)
            {
                found.Slice(ring.Used, ring.UsedBytes).CopyTo(Bytes.AsSpan(ring.Used));
            }
        }

        for (int at = found.CommonPrefixLength(Bytes); at < found.Length; at += 1 + found[(at + 1)..].CommonPrefixLength(Bytes.AsSpan(at + 1)))
        {
            Check.That(_isOpen[at], $"byte 0x{at:x} of the memory is 0x{found[at]:x2}, not 0x{Bytes[at]:x2}");
        }
    }
}
