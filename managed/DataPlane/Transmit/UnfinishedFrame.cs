// SPDX-License-Identifier: GPL-2.0-or-later
//
// A frame of more segments than a batch holds (a guest with a tiny MSS), or than one turn may have, goes out in parts. When
// the kernel is full after the first of them, or the turn's budget is spent, the frame is refused like any other, and the host
// keeps it and offers it again before all others. Then it goes on behind its last part.
//
// The host may also throw the frame away (the NIC was reset), and another one comes. So the frame is recognised by its
// length and its first bytes, all headers among them; when another one is accepted, this one is forgotten.

using System;
using L2tpv3.Packets.Offload;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The frame of which the first segments have gone, and the host still holds the rest.</summary>
internal sealed class UnfinishedFrame
{
    private readonly byte[] _head = new byte[TransmitPath.MaximumHead];
    private int _headLength;
    private int _frameLength;
    private int _next;
    private TransmitPlan _plan;

    /// <summary>There is none, or the host has thrown it away.</summary>
    public void Forget() => _next = 0;

    /// <summary>Some segments of a frame have gone, and it is refused now.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <param name="frameLength">Its length.</param>
    /// <param name="plan">How it is cut.</param>
    /// <param name="next">The first segment that has not gone; not 0.</param>
    public void Keep(ReadOnlySpan<byte> head, int frameLength, in TransmitPlan plan, int next)
    {
        head.CopyTo(_head);
        _headLength = head.Length;
        _frameLength = frameLength;
        _plan = plan;
        _next = next;
    }

    /// <summary>Whether a frame that is offered is this one.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <param name="frameLength">Its length.</param>
    /// <param name="plan">How it was cut, whatever the path takes now.</param>
    /// <param name="next">The segment to go on with; 0 when it is another frame.</param>
    public bool TryResume(ReadOnlySpan<byte> head, int frameLength, out TransmitPlan plan, out int next)
    {
        bool isSame = _next != 0 && frameLength == _frameLength && head.SequenceEqual(_head.AsSpan(0, _headLength));
        plan = isSame ? _plan : default;
        next = isSame ? _next : 0;
        return isSame;
    }
}
