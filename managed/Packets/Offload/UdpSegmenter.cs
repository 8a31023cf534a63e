// SPDX-License-Identifier: GPL-2.0-or-later
//
// USO: cuts one large UDP frame into the datagrams its sender meant (a socket with UDP_SEGMENT in the guest). As
// TcpSegmenter, with less to do: each datagram has the headers of the large one, its own length, identification and
// checksum. The datagrams are as long as the guest said; they are not made shorter to fit a path.

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>Writes the headers of the datagrams of one frame.</summary>
public readonly ref struct UdpSegmenter
{
    private readonly ReadOnlySpan<byte> _header;
    private readonly SegmentIpHeader _ip;
    private readonly int _transportOffset;
    private readonly ulong _sum;

    /// <summary>Reads the headers of the large frame.</summary>
    /// <param name="plan">A plan whose action is <see cref="TransmitAction.SegmentUdp"/>.</param>
    /// <param name="head">The bytes the plan was made from; they must stay as they are while this is used.</param>
    public UdpSegmenter(TransmitPlan plan, ReadOnlySpan<byte> head)
    {
        FrameLayout layout = plan.Layout;
        _header = head[..plan.HeaderLength];
        _ip = new SegmentIpHeader(_header, layout);
        _transportOffset = layout.TransportOffset;
        PayloadSize = plan.PayloadSize;
        SegmentCount = plan.SegmentCount;

        ReadOnlySpan<byte> udp = _header[_transportOffset..];
        _sum = InternetChecksum.Sum(udp[..UdpHeader.LengthOffset]) + (layout.IsSourceRouted
            ? GuestPseudoHeader(udp, udp.Length + plan.PayloadLength)
            : InternetChecksum.SumPseudoHeader(layout.Addresses(_header), IpProtocol.Udp, 0));
    }

    /// <summary>How many datagrams there are.</summary>
    public int SegmentCount { get; }

    /// <summary>Bytes of the header of each.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>Payload bytes of each but the last.</summary>
    public int PayloadSize { get; }

    /// <summary>Writes the headers of one datagram, Ethernet to UDP.</summary>
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

        // The length counts twice: in the UDP header and in the pseudo header.
        int udpLength = UdpHeader.HeaderLength + payloadLength;
        ulong sum = _sum + (2 * InternetChecksum.OfField(udpLength));
        Span<byte> udp = header[_transportOffset..];
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpHeader.LengthOffset..], (ushort)udpLength);
        BinaryPrimitives.WriteUInt16BigEndian(
            udp[UdpHeader.ChecksumOffset..], InternetChecksum.FinishNonZero(InternetChecksum.Join(sum, payloadSum)));
    }

    /// <summary>The pseudo header's sum as the guest left it in the checksum field, less the length of the large datagram.</summary>
    private static ulong GuestPseudoHeader(ReadOnlySpan<byte> udp, int length) =>
        InternetChecksum.Sum(udp.Slice(UdpHeader.ChecksumOffset, 2)) + InternetChecksum.OfField(~length);
}
