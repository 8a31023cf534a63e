// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lowers the MSS option (RFC 9293, 3.7.1) of TCP connection requests that pass, so that the full frames of the connection
// fit the path inside the tunnel and are not sent as two IP fragments each. The MSS is what each side says the *other* may
// send, so clamping what passes in either direction covers both.
//
// The checksum is updated with the difference (RFC 1624). A frame with NEEDS_CSUM is different: its field holds the sum of
// the pseudo header, which the option is not part of, and whoever completes the checksum sums the option as it is then.
// So the field is left alone there; updating it would make it wrong by just the difference.
//
// A request with TCP-AO (RFC 5925) stays as it is: its signature covers the options, and the other end would refuse a request
// that was changed on its way. TCP-MD5 (RFC 2385) covers no options.

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>The MSS option of SYN and SYN-ACK.</summary>
public static class MssClamp
{
    private const int Ipv4ProtocolOffset = EthernetFrame.HeaderLength + Ipv4Header.ProtocolOffset;
    private const int Ipv4ControlOffset = EthernetFrame.HeaderLength + Ipv4Header.MinimumLength + TcpHeader.ControlOffset;
    private const int Ipv6NextHeaderOffset = EthernetFrame.HeaderLength + Ipv6Header.NextHeaderOffset;
    private const int Ipv6ControlOffset = EthernetFrame.HeaderLength + Ipv6Header.Length + TcpHeader.ControlOffset;
    private const int MaximumSegmentSizeLength = 4;

    /// <summary>Lowers the MSS, if the frame is a connection request that states a higher one.</summary>
    /// <param name="head">The frame or its first bytes, with all headers; written to.</param>
    /// <param name="frameLength">Bytes of the whole frame.</param>
    /// <param name="maximumFrame">The longest Ethernet frame that fits the path; its tags count.</param>
    /// <param name="needsChecksum">The frame came with NEEDS_CSUM: its checksum covers the pseudo header only.</param>
    /// <returns>True when the frame was changed.</returns>
    public static bool TryClamp(Span<byte> head, int frameLength, int maximumFrame, bool needsChecksum)
    {
        if (IsPlainWithoutSyn(head))
        {
            return false;
        }

        if (!FrameLayout.TryParse(head, frameLength, out FrameLayout layout)
            || !layout.IsTcp || layout.PacketEnd < layout.PayloadOffset
            || !HasSyn(layout.TcpOf(head).Control))
        {
            return false;
        }

        // RFC 6691: the MSS counts fixed headers only; the sender itself makes room for the options it adds.
        int maximum = maximumFrame - layout.NetworkOffset - IpPacket.HeaderLength(ipv6: layout.IpVersion == 6) - TcpHeader.MinimumLength;
        Span<byte> tcp = head[layout.TransportOffset..layout.PayloadOffset];
        int at = FindMss(tcp);
        if (at < 0 || maximum <= 0 || BinaryPrimitives.ReadUInt16BigEndian(tcp[at..]) <= maximum)
        {
            return false;
        }

        Replace(tcp, at, (ushort)maximum, needsChecksum);
        return true;
    }

    /// <summary>
    /// Nearly all frames: without tags, IP options and extension headers, and no connection request. To see that takes five
    /// bytes, and no parsing.
    /// </summary>
    private static bool IsPlainWithoutSyn(ReadOnlySpan<byte> head)
    {
        if (head.Length <= Ipv4ControlOffset)
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(head[EthernetFrame.TypeOffset..]) switch
        {
            EtherType.Ipv4 => head[EthernetFrame.HeaderLength] == Ipv4Header.FirstByteWithoutOptions
                && (head[Ipv4ProtocolOffset] != IpProtocol.Tcp || !HasSyn((TcpControl)head[Ipv4ControlOffset])),
            EtherType.Ipv6 => head.Length > Ipv6ControlOffset && head[Ipv6NextHeaderOffset] == IpProtocol.Tcp && !HasSyn((TcpControl)head[Ipv6ControlOffset]),
            _ => false,
        };
    }

    private static bool HasSyn(TcpControl control) => (control & TcpControl.Syn) != TcpControl.None;

    /// <summary>Where the value lies in the header; -1: there is none, or it must stay.</summary>
    private static int FindMss(ReadOnlySpan<byte> tcp)
    {
        int found = -1;
        int at = TcpHeader.MinimumLength;
        while (TcpOptions.TryNext(tcp, ref at, out ReadOnlySpan<byte> option))
        {
            if (option[0] == TcpOptions.Authentication)
            {
                return -1;
            }

            if (found < 0 && option[0] == TcpOptions.MaximumSegmentSize && option.Length == MaximumSegmentSizeLength)
            {
                found = at - sizeof(ushort);
            }
        }

        return found;
    }

    private static void Replace(Span<byte> tcp, int at, ushort maximum, bool needsChecksum)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(tcp[at..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[at..], maximum);
        if (needsChecksum)
        {
            return;
        }

        // At an odd offset the value lies across two words: its halves count as if swapped.
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(tcp[TcpHeader.ChecksumOffset..]);
        checksum = (at & 1) == 0
            ? InternetChecksum.Update(checksum, before, maximum)
            : InternetChecksum.Update(
                checksum, BinaryPrimitives.ReverseEndianness(before), BinaryPrimitives.ReverseEndianness(maximum));
        TcpHeader.SetChecksum(tcp, checksum);
    }
}
