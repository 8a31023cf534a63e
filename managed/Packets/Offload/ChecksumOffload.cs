// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>The checksum of one whole frame: completed on transmit, verified on receive.</summary>
public static class ChecksumOffload
{
    /// <summary>
    /// Completes a frame that came with NEEDS_CSUM. The field holds the sum of the pseudo header, so summing everything
    /// from csum_start to the end of the frame, the field included, gives the sum the checksum is the complement of.
    /// </summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="checksumStart">csum_start.</param>
    /// <param name="checksumOffset">csum_offset.</param>
    /// <returns><see cref="DropReason.None"/>, or that the field is not within the frame, which then stays as it was.</returns>
    public static DropReason TryComplete(Span<byte> frame, int checksumStart, int checksumOffset)
    {
        if (checksumStart < 0 || checksumOffset < 0 || checksumOffset > frame.Length
            || checksumStart > frame.Length - InternetChecksum.Length - checksumOffset)
        {
            return DropReason.BadChecksumField;
        }

        // 0 becomes 0xFFFF for every protocol, as in Linux (skb_checksum_help): UDP needs it, and to the others it is the
        // same number.
        Span<byte> covered = frame[checksumStart..];
        ushort checksum = InternetChecksum.FinishNonZero(InternetChecksum.Sum(covered));
        BinaryPrimitives.WriteUInt16BigEndian(covered[checksumOffset..], checksum);
        return DropReason.None;
    }

    /// <summary>Verifies the checksum of a TCP segment or UDP datagram, so that the guest need not (DATA_VALID).</summary>
    /// <param name="frame">A whole frame from the wire.</param>
    /// <returns>True only when there is a checksum and it is right.</returns>
    public static bool IsVerified(ReadOnlySpan<byte> frame)
    {
        if (!FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout)
            || layout.PayloadOffset == 0 || layout.IsSourceRouted
            || layout.PacketEnd < layout.PayloadOffset || layout.PacketEnd > frame.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[layout.TransportOffset..layout.PacketEnd];
        if (layout.IsUdp && HasNoSum(packet))
        {
            return false;
        }

        ulong sum = InternetChecksum.SumPseudoHeader(layout.Addresses(frame), layout.Protocol, packet.Length)
            + InternetChecksum.Sum(packet);
        return InternetChecksum.Fold(sum) == 0xFFFF;
    }

    /// <summary>RFC 768: 0 is no checksum. And a length that is not the packet's puts the pseudo header in doubt.</summary>
    private static bool HasNoSum(ReadOnlySpan<byte> datagram) =>
        BinaryPrimitives.ReadUInt16BigEndian(datagram[UdpHeader.ChecksumOffset..]) == 0
        || BinaryPrimitives.ReadUInt16BigEndian(datagram[UdpHeader.LengthOffset..]) != datagram.Length;
}
