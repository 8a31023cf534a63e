// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// One frame of the guest, in as many pieces as the guest made: an iovec array that is valid until the call returns.
/// How the frame is cut means nothing, so nobody looks at single pieces.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct GuestFrame
{
    private readonly iovec* _pieces;
    private readonly int _count;

    /// <summary>A view of the pieces.</summary>
    /// <param name="pieces">The host's array.</param>
    /// <param name="count">How many; not negative.</param>
    public GuestFrame(iovec* pieces, int count)
    {
        _pieces = pieces;
        _count = count;
        nuint length = 0;
        for (int i = 0; i < count; i++)
        {
            // The sum cannot wrap: the guest's pieces are mapped memory, and it stops at the first absurd length.
            length += pieces[i].iov_len;
            if (length > int.MaxValue)
            {
                length = int.MaxValue;
                break;
            }
        }

        Length = (int)length;
    }

    /// <summary>Bytes of the frame; <see cref="int.MaxValue"/> when there are that many or more.</summary>
    public int Length { get; }

    /// <summary>Copies the frame.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        int at = 0;
        for (int i = 0; i < _count; i++)
        {
            // SAFETY: the pieces are the host's until the export returns; Length, the sum, is an int, so each piece is;
            // the span of the destination bounds the copy.
            int length = (int)_pieces[i].iov_len;
            new ReadOnlySpan<byte>(_pieces[i].iov_base, length).CopyTo(destination[at..]);
            at += length;
        }
    }
}
