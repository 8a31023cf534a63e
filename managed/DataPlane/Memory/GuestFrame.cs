// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// One frame of the guest, or its rest from some byte on, in as many pieces as the guest made: an iovec array that is
/// valid until the call returns. How the frame is cut means nothing, so nobody looks at single pieces.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct GuestFrame
{
    private readonly iovec* _pieces;
    private readonly int _count;
    private readonly int _skip;

    /// <summary>A view of the pieces.</summary>
    /// <param name="pieces">The host's array.</param>
    /// <param name="count">How many; a negative count is none.</param>
    public GuestFrame(iovec* pieces, int count)
    {
        _pieces = pieces;
        _count = count;
        nuint length = 0;
        for (int i = 0; i < count; i++)
        {
            // Compared piece by piece, so that absurd lengths cannot wrap the sum.
            if (pieces[i].iov_len > int.MaxValue - length)
            {
                length = int.MaxValue;
                break;
            }

            length += pieces[i].iov_len;
        }

        Length = (int)length;
    }

    private GuestFrame(iovec* pieces, int count, int skip, int length)
    {
        _pieces = pieces;
        _count = count;
        _skip = skip;
        Length = length;
    }

    /// <summary>Bytes of the frame; <see cref="int.MaxValue"/> when there are that many or more.</summary>
    public int Length { get; }

    /// <summary>The frame without its first bytes.</summary>
    /// <param name="start">At most <see cref="Length"/>.</param>
    public GuestFrame Slice(int start)
    {
        int skip = _skip + start;
        int piece = 0;
        // SAFETY: the pieces together have at least _skip + Length bytes, so the walk ends inside the array.
        while (piece < _count && (nuint)skip >= _pieces[piece].iov_len)
        {
            skip -= (int)_pieces[piece].iov_len;
            piece++;
        }

        return new GuestFrame(_pieces + piece, _count - piece, skip, Length - start);
    }

    /// <summary>Copies the first bytes of the frame, and sums them on the way.</summary>
    /// <param name="destination">At most <see cref="Length"/> bytes: as many are copied.</param>
    /// <param name="rest">The frame without them.</param>
    /// <returns>Their unfolded Internet checksum (RFC 1071), as if they began at an even offset.</returns>
    public ulong CopyAndSum(Span<byte> destination, out GuestFrame rest)
    {
        ulong sum = 0;
        int skip = _skip;
        int at = 0;
        int i = 0;
        int alignment = (int)(nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(destination));
        while (i < _count && at < destination.Length)
        {
            // SAFETY: as in CopyTo, below.
            nuint left = _pieces[i].iov_len - (nuint)skip;
            int length = (int)Math.Min(left, (nuint)(destination.Length - at));
            ReadOnlySpan<byte> piece = new(_pieces[i].iov_base + skip, length);
            ulong pieceSum = InternetChecksum.CopyAndSum(piece, destination[at..], alignment + at);
            sum = at == 0 ? pieceSum : InternetChecksum.JoinAt(sum, pieceSum, at);
            at += length;
            bool isEmptied = (nuint)length == left;
            i += isEmptied ? 1 : 0;
            skip = isEmptied ? 0 : skip + length;
        }

        rest = new GuestFrame(_pieces + i, _count - i, skip, Length - at);
        return sum;
    }

    /// <summary>Copies the first bytes of the frame.</summary>
    /// <param name="destination">At most <see cref="Length"/> bytes: as many are copied.</param>
    public void CopyTo(Span<byte> destination)
    {
        int skip = _skip;
        for (int i = 0; i < _count && !destination.IsEmpty; i++)
        {
            // SAFETY: the pieces are the host's until the export returns; skip is inside the first one, and the length
            // is cut to the destination, which is an int.
            nuint rest = _pieces[i].iov_len - (nuint)skip;
            int length = (int)Math.Min(rest, (nuint)destination.Length);
            new ReadOnlySpan<byte>(_pieces[i].iov_base + skip, length).CopyTo(destination);
            destination = destination[length..];
            skip = 0;
        }
    }
}
