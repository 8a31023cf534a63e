// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Offload;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>
/// Writes the datagrams of one large frame, from first to last. They begin with the same bytes, the L2TPv3 header and the
/// guest's own, which are copied as one; then the few fields are written that differ.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct SegmentWriter
{
    /// <summary>Flags, session, cookie, counter and the longest offset: 276 bytes; and the headers of the frame.</summary>
    public const int MaximumTemplate = 300 + TransmitPath.MaximumHead;

    private readonly Encapsulation _encapsulation;
    private readonly ReadOnlySpan<byte> _template;
    private readonly Segmenter _segmenter;
    private GuestFrame _payload;
    private int _index;

    /// <summary>Prepares the headers.</summary>
    /// <param name="encapsulation">The session's header.</param>
    /// <param name="plan">A plan that says to cut.</param>
    /// <param name="frame">The frame it was made for.</param>
    /// <param name="head">The frame's first bytes, all headers among them.</param>
    /// <param name="template">Scratch memory of <see cref="MaximumTemplate"/> bytes, not the head's.</param>
    /// <param name="first">The segment to begin with.</param>
    public SegmentWriter(Encapsulation encapsulation, in TransmitPlan plan, scoped in GuestFrame frame, ReadOnlySpan<byte> head, Span<byte> template, int first)
    {
        _encapsulation = encapsulation;
        _index = first;
        _payload = frame.Slice(plan.HeaderLength + (first * plan.PayloadSize));
        _segmenter = new Segmenter(in plan, head);
        template = template[..(encapsulation.HeaderLength + plan.HeaderLength)];
        encapsulation.WriteTemplate(template);
        head[..plan.HeaderLength].CopyTo(template[encapsulation.HeaderLength..]);
        _template = template;
    }

    /// <summary>Bytes of all headers of each datagram.</summary>
    public readonly int HeaderLength => _template.Length;

    /// <summary>Writes the next datagram.</summary>
    /// <param name="datagram">Its bytes, just as many as its headers and its payload have.</param>
    public void Write(Span<byte> datagram)
    {
        _template.CopyTo(datagram);
        _encapsulation.WriteCounter(datagram);
        ulong sum = _payload.CopyAndSum(datagram[_template.Length..], out _payload);
        int payloadLength = datagram.Length - _template.Length;
        _segmenter.Complete(_index, payloadLength, sum, datagram[_encapsulation.HeaderLength.._template.Length]);
        _index++;
    }
}
