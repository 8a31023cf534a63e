// SPDX-License-Identifier: GPL-2.0-or-later
//
// A guest's frame in pieces, each in a place of its own with a page on either side that nobody may touch:
//
//     | no access | piece ......| no access |...... piece | no access | ...
//
// A byte read before or behind any piece ends the process.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;

namespace Fuzz.Tests.Targets;

/// <summary>Lays frames out as iovecs of any shape.</summary>
internal sealed unsafe class GuardedPieces : IDisposable
{
    /// <summary>As many as a guest's descriptor chain has (VIRTQUEUE_MAX_SIZE).</summary>
    public const int MaximumPieces = 1024;

    /// <summary>More than any length a frame of the fuzzer has.</summary>
    public const int MaximumFrame = 160_000;

    private readonly BoundedMemory[] _small = new BoundedMemory[MaximumPieces];
    private readonly BoundedMemory[] _large = new BoundedMemory[3];
    private readonly List<(BoundedMemory Memory, bool AtEnd, int Length)> _pieces = [];
    private readonly iovec[] _vectors = GC.AllocateArray<iovec>(MaximumPieces, pinned: true);
    private byte[] _frame = [];

    public GuardedPieces()
    {
        for (int i = 0; i < _small.Length; i++)
        {
            _small[i] = new BoundedMemory(1);
        }

        for (int i = 0; i < _large.Length; i++)
        {
            _large[i] = new BoundedMemory(MaximumFrame);
        }
    }

    /// <summary>The array, for l2tp_session_transmit_iov.</summary>
    public iovec* Vectors => (iovec*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_vectors));

    public int Count => _pieces.Count;

    /// <summary>Cuts a frame into pieces.</summary>
    public void Place(Choices choices, byte[] frame)
    {
        _frame = frame;
        _pieces.Clear();
        bool startsAtGuard = choices.OneIn(3);
        int large = 0;
        foreach (int length in Lengths(choices, frame.Length))
        {
            BoundedMemory memory = length <= _small[0].Size ? _small[_pieces.Count] : _large[large++];
            _pieces.Add((memory, !startsAtGuard, length));
        }

        int at = 0;
        for (int i = 0; i < _pieces.Count; i++)
        {
            Span<byte> place = Place(i);
            frame.AsSpan(at, place.Length).CopyTo(place);
            at += place.Length;
            _vectors[i] = new iovec { iov_base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(place)), iov_len = (nuint)place.Length };
        }
    }

    /// <summary>The guest has its memory back, and it must be as it was; then the guest uses it for something else.</summary>
    public void TakeBack()
    {
        int at = 0;
        for (int i = 0; i < _pieces.Count; i++)
        {
            Span<byte> place = Place(i);
            Check.That(place.SequenceEqual(_frame.AsSpan(at, place.Length)), "the guest's memory was written to");
            at += place.Length;
            place.Fill(0xDD);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_small, memory => memory.Dispose());
        Array.ForEach(_large, memory => memory.Dispose());
    }

    /// <summary>The lengths of the pieces: at most 1024, of which 3 are longer than a page.</summary>
    private static List<int> Lengths(Choices choices, int length)
    {
        List<int> lengths = [];
        int shape = choices.Below(6);
        int piece = shape switch { 2 => 1, 3 => choices.Between(1, 64), 4 => Math.Max(1, length / MaximumPieces), _ => 0 };
        if (shape == 1)
        {
            Add(lengths, choices.Below(100), ref length);
        }

        while (length > 0 && lengths.Count < MaximumPieces - 2 && shape >= 2)
        {
            Add(lengths, shape == 5 ? choices.Below(200) : piece, ref length);
            if (shape == 5 && choices.IsOver)
            {
                break;
            }
        }

        Add(lengths, length, ref length);
        return lengths;
    }

    private static void Add(List<int> lengths, int piece, ref int length)
    {
        lengths.Add(Math.Min(piece, length));
        length -= lengths[^1];
    }

    private Span<byte> Place(int index)
    {
        (BoundedMemory memory, bool atEnd, int length) = _pieces[index];
        return atEnd ? memory.AtEnd(length) : memory.AtStart(length);
    }
}
