// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// A copy of one frame. The guest can change its own at any time, so who looks at it twice may see two; here all see the same.
/// </summary>
internal sealed unsafe class FrameCopy : IDisposable
{
    /// <summary>More than any frame has that can be sent: two tags and the longest IP packet, cut or not.</summary>
    private const int MaximumLength = 66_000;

    private const int BytesOffset = NativeBlock.CacheLine;

    private readonly NativeBlock _block = new(BytesOffset + MaximumLength);
    private int _length;

    /// <summary>The copy. Only when there is one.</summary>
    // SAFETY: the block begins with the one piece that Take has written, and lives as long as this object.
    private GuestFrame Frame => new((iovec*)_block.Start, 1);

    /// <summary>Copies a frame.</summary>
    /// <returns>The copy; the frame itself when it is too long to be sent.</returns>
    public GuestFrame Take(scoped in GuestFrame frame)
    {
        _length = 0;
        if (frame.Length > MaximumLength)
        {
            return frame;
        }

        // SAFETY: the piece lies before the bytes, and the length was just checked.
        byte* bytes = _block.Start + BytesOffset;
        *(iovec*)_block.Start = new iovec { iov_base = bytes, iov_len = (nuint)frame.Length };
        frame.CopyTo(new Span<byte>(bytes, frame.Length));
        _length = frame.Length;
        return Frame;
    }

    /// <summary>The rest of a frame is to be sent: the copy that was taken for its first part, if there is one.</summary>
    public GuestFrame TakeAgain(scoped in GuestFrame frame) => _length == frame.Length ? Frame : Take(frame);

    public void Dispose() => _block.Dispose();
}
