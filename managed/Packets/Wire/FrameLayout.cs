// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the headers of an Ethernet frame lie: parsed once, bounds-checked once, used by everything in Offload.
//
//     | Ethernet, 0-2 tags | IPv4 + options / IPv6 + extensions | TCP + options / UDP | payload ...      | padding
//     0                    NetworkOffset                        TransportOffset       PayloadOffset      PacketEnd
//
// Frames of other protocols have a layout as well; it just ends earlier. Lengths come from the headers and the length of the
// frame, never from a hint such as hdr_len. What is *not* checked here is the length an IP header states: the drivers of
// NICs that segment in hardware leave it 0 in large frames (Linux e1000e does), so each user compares PacketEnd itself.

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.Packets.Wire;

/// <summary>Offsets and protocols of one frame.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct FrameLayout
{
    /// <summary>The EtherType behind the tags; a TPID when there are more tags than <see cref="VlanTag.MaximumCount"/>.</summary>
    public ushort EtherType { get; private init; }

    /// <summary>Where the network header begins: 14, 18 or 22.</summary>
    public int NetworkOffset { get; private init; }

    /// <summary>4 or 6; 0 when the frame is not IP, and then the rest of the layout is 0 too.</summary>
    public int IpVersion { get; private init; }

    /// <summary>What the IP packet carries, extension headers stepped over.</summary>
    public byte Protocol { get; private init; }

    /// <summary>Where that begins.</summary>
    public int TransportOffset { get; private init; }

    /// <summary>Where the payload of TCP or UDP begins; 0 when there is no whole TCP or UDP header.</summary>
    public int PayloadOffset { get; private init; }

    /// <summary>Where the packet ends by its IP header: before, at or behind the end of the frame.</summary>
    public int PacketEnd { get; private init; }

    /// <summary>A fragment of an IP packet: whatever is in it, it is not a whole TCP segment or UDP datagram.</summary>
    public bool IsFragment { get; private init; }

    /// <summary>The destination in the IP header is not the one that transport checksums cover.</summary>
    public bool IsSourceRouted { get; private init; }

    /// <summary>There is a whole TCP header; the packet is not a fragment.</summary>
    public bool IsTcp => PayloadOffset != 0 && Protocol == IpProtocol.Tcp;

    /// <summary>There is a whole UDP header; the packet is not a fragment.</summary>
    public bool IsUdp => PayloadOffset != 0 && Protocol == IpProtocol.Udp;

    /// <summary>The IP header has options or extension headers.</summary>
    public bool HasIpOptions => TransportOffset - NetworkOffset
        > (IpVersion == 4 ? Ipv4Header.MinimumLength : Ipv6Header.Length);

    /// <summary>Parses the headers of a frame.</summary>
    /// <param name="head">The frame or its first bytes; as many as hold all headers.</param>
    /// <param name="frameLength">Bytes of the whole frame, not less than <paramref name="head"/> has.</param>
    /// <param name="layout">The result.</param>
    /// <returns>False when a header is broken, or cut by the end of <paramref name="head"/>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> head, int frameLength, out FrameLayout layout)
    {
        layout = default;
        if (frameLength < head.Length || !EthernetFrame.TryFindNetwork(head, out ushort type, out int offset))
        {
            return false;
        }

        switch (type)
        {
            case Wire.EtherType.Ipv4:
                return TryParseIpv4(head, offset, out layout);
            case Wire.EtherType.Ipv6:
                return TryParseIpv6(head, offset, out layout);
            default:
                layout = new FrameLayout { EtherType = type, NetworkOffset = offset };
                return true;
        }
    }

    /// <summary>The two addresses, as they lie in the IP header.</summary>
    /// <param name="head">The bytes the layout was parsed from.</param>
    public ReadOnlySpan<byte> Addresses(ReadOnlySpan<byte> head) => IpVersion == 4
        ? head.Slice(NetworkOffset + Ipv4Header.AddressesOffset, Ipv4Header.AddressesLength)
        : head.Slice(NetworkOffset + Ipv6Header.AddressesOffset, Ipv6Header.AddressesLength);

    /// <summary>The TCP header of the frame, which has one.</summary>
    /// <param name="head">The bytes the layout was parsed from.</param>
    public TcpHeader TcpOf(ReadOnlySpan<byte> head) => TcpHeader.Of(head[TransportOffset..PayloadOffset]);

    /// <summary>The IPv4 header of the frame, which has one.</summary>
    /// <param name="head">The bytes the layout was parsed from.</param>
    public Ipv4Header Ipv4Of(ReadOnlySpan<byte> head) => Ipv4Header.Of(head[NetworkOffset..TransportOffset]);

    private static bool TryParseIpv4(ReadOnlySpan<byte> head, int offset, out FrameLayout layout)
    {
        layout = default;
        if (!Ipv4Header.TryView(head[offset..], out Ipv4Header ip))
        {
            return false;
        }

        int transport = offset + ip.HeaderLength;
        if (!TryFindPayload(head, transport, ip.Protocol, ip.IsFragment, out int payload))
        {
            return false;
        }

        layout = new FrameLayout
        {
            EtherType = Wire.EtherType.Ipv4,
            NetworkOffset = offset,
            IpVersion = 4,
            Protocol = ip.Protocol,
            TransportOffset = transport,
            PayloadOffset = payload,
            PacketEnd = offset + ip.TotalLength,
            IsFragment = ip.IsFragment,
            IsSourceRouted = ip.IsSourceRouted(),
        };
        return true;
    }

    private static bool TryParseIpv6(ReadOnlySpan<byte> head, int offset, out FrameLayout layout)
    {
        layout = default;
        if (!Ipv6Header.TryView(head[offset..], out Ipv6Header ip))
        {
            return false;
        }

        int transport = offset + ip.HeaderLength;
        if (!TryFindPayload(head, transport, ip.Protocol, ip.IsFragment, out int payload))
        {
            return false;
        }

        layout = new FrameLayout
        {
            EtherType = Wire.EtherType.Ipv6,
            NetworkOffset = offset,
            IpVersion = 6,
            Protocol = ip.Protocol,
            TransportOffset = transport,
            PayloadOffset = payload,
            PacketEnd = offset + Ipv6Header.Length + ip.PayloadLength,
            IsFragment = ip.IsFragment,
            IsSourceRouted = ip.IsSourceRouted,
        };
        return true;
    }

    private static bool TryFindPayload(ReadOnlySpan<byte> head, int transport, byte protocol, bool isFragment, out int payload)
    {
        payload = 0;
        if (isFragment)
        {
            return true;
        }

        if (protocol == IpProtocol.Tcp)
        {
            bool isWhole = TcpHeader.TryView(head[transport..], out TcpHeader tcp);
            payload = isWhole ? transport + tcp.HeaderLength : 0;
            return isWhole;
        }

        if (protocol == IpProtocol.Udp)
        {
            bool isWhole = head.Length - transport >= UdpHeader.HeaderLength;
            payload = isWhole ? transport + UdpHeader.HeaderLength : 0;
            return isWhole;
        }

        return true;
    }
}
