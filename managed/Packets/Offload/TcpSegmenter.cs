// SPDX-License-Identifier: GPL-2.0-or-later
//
// TSO: cuts one large TCP frame into segments that fit the path.
//
//     large frame    | headers | payload ..................................... |
//     segment 0      | headers'| PayloadSize bytes |            sequence, id,       CWR
//     segment 1      | headers'| PayloadSize bytes |            + PayloadSize, + 1
//     last segment   | headers'| the rest |                     ...                 FIN, PSH
//
// Only the headers are written here. The payload stays where the guest has it: the caller reads it once, to sum it, and
// gives the kernel a header and a piece of guest memory per segment. So the header is summed once, at construction,
// without the fields that change; a segment adds its own and the payload's sum. Measured as in InternetChecksum: 10 ns a
// header, 42 ns a segment of 1448 bytes with the sum of its payload.
//
// The pseudo header is built from the addresses, as Linux does for a frame without NEEDS_CSUM, and not taken from the
// guest's partial sum: NIC drivers leave the length out of that sum when the hardware segments, and QEMU's e1000e and vmxnet3
// put it in for some protocols and releases only. The one exception is a source-routed packet, where the header does
// not hold the address that the checksum covers.

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>Writes the headers of the segments of one frame.</summary>
public readonly ref struct TcpSegmenter
{
    private const TcpControl FirstOnly = TcpControl.Cwr;
    private const TcpControl LastOnly = TcpControl.Fin | TcpControl.Psh;

    private readonly ReadOnlySpan<byte> _header;
    private readonly SegmentIpHeader _ip;
    private readonly int _transportOffset;
    private readonly uint _sequence;
    private readonly TcpControl _control;
    private readonly ulong _sum;

    /// <summary>Reads the headers of the large frame.</summary>
    /// <param name="plan">A plan whose action is <see cref="TransmitAction.SegmentTcp"/>.</param>
    /// <param name="head">The bytes the plan was made from; they must stay as they are while this is used.</param>
    public TcpSegmenter(TransmitPlan plan, ReadOnlySpan<byte> head)
    {
        FrameLayout layout = plan.Layout;
        _header = head[..plan.HeaderLength];
        _ip = new SegmentIpHeader(_header, layout);
        _transportOffset = layout.TransportOffset;
        PayloadSize = plan.PayloadSize;
        SegmentCount = plan.SegmentCount;

        ReadOnlySpan<byte> tcp = _header[_transportOffset..];
        _sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[TcpHeader.SequenceOffset..]);
        _control = (TcpControl)tcp[TcpHeader.ControlOffset];
        _sum = SumConstantFields(tcp) + (layout.IsSourceRouted
            ? GuestPseudoHeader(tcp, tcp.Length + plan.PayloadLength)
            : InternetChecksum.SumPseudoHeader(layout.Addresses(_header), IpProtocol.Tcp, 0));
    }

    /// <summary>How many segments there are.</summary>
    public int SegmentCount { get; }

    /// <summary>Bytes of the header of each.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>Payload bytes of each but the last.</summary>
    public int PayloadSize { get; }

    /// <summary>Writes the headers of one segment, Ethernet to TCP.</summary>
    /// <param name="index">0 to <see cref="SegmentCount"/> - 1.</param>
    /// <param name="payloadLength">Bytes of its payload, as <see cref="TransmitPlan.PayloadLengthOf"/> says.</param>
    /// <param name="payloadSum">Their unfolded sum.</param>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void WriteHeader(int index, int payloadLength, ulong payloadSum, Span<byte> destination)
    {
        _header.CopyTo(destination);
        Complete(index, payloadLength, payloadSum, destination);
    }

    /// <summary>The same where the headers of the large frame have been copied already: writes the fields that differ.</summary>
    /// <param name="index">0 to <see cref="SegmentCount"/> - 1.</param>
    /// <param name="payloadLength">Bytes of its payload, as <see cref="TransmitPlan.PayloadLengthOf"/> says.</param>
    /// <param name="payloadSum">Their unfolded sum.</param>
    /// <param name="header">The headers of the large frame; those of the segment on return.</param>
    public void Complete(int index, int payloadLength, ulong payloadSum, Span<byte> header)
    {
        _ip.Write(header, index, _header.Length + payloadLength);

        uint sequence = _sequence + (uint)(index * PayloadSize);
        TcpControl control = ControlOf(index);
        int tcpLength = _header.Length - _transportOffset + payloadLength;

        // The control bits are the second byte of their word, so the upper one of a little-endian sum.
        ulong sum = _sum + InternetChecksum.OfField(sequence) + ((ulong)control << 8)
            + InternetChecksum.OfField((uint)tcpLength);
        Span<byte> tcp = header[_transportOffset..];
        BinaryPrimitives.WriteUInt32BigEndian(tcp[TcpHeader.SequenceOffset..], sequence);
        tcp[TcpHeader.ControlOffset] = (byte)control;
        BinaryPrimitives.WriteUInt16BigEndian(
            tcp[TcpHeader.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Join(sum, payloadSum)));
    }

    /// <summary>Everything in the header but sequence number, control bits and checksum.</summary>
    private static ulong SumConstantFields(ReadOnlySpan<byte> tcp) =>
        InternetChecksum.Sum(tcp[..TcpHeader.SequenceOffset])
        + InternetChecksum.Sum(tcp[(TcpHeader.SequenceOffset + 4)..TcpHeader.ControlOffset])
        + InternetChecksum.Sum(tcp[(TcpHeader.ControlOffset + 1)..TcpHeader.ChecksumOffset])
        + InternetChecksum.Sum(tcp[(TcpHeader.ChecksumOffset + 2)..]);

    /// <summary>The pseudo header's sum as the guest left it in the checksum field, less the length of the large segment.</summary>
    private static ulong GuestPseudoHeader(ReadOnlySpan<byte> tcp, int length) =>
        InternetChecksum.Sum(tcp.Slice(TcpHeader.ChecksumOffset, 2)) + InternetChecksum.OfField(~length);

    /// <summary>
    /// CWR answers one ECN echo, so it is sent once (RFC 3168, 6.1.2); the stream ends, and is pushed, where the large frame ends.
    /// </summary>
    private TcpControl ControlOf(int index)
    {
        TcpControl control = index == 0 ? _control : _control & ~FirstOnly;
        return index == SegmentCount - 1 ? control : control & ~LastOnly;
    }
}
