// SPDX-License-Identifier: GPL-2.0-or-later
//
// The IP and UDP headers around a datagram, for captures: a socket never shows those it sends, and hardly those it receives.
// Addresses, ports, lengths and checksums are what the wire has; identification, DF, TTL and TOS are made up.

using System;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Capture;

/// <summary>The outer headers of one direction of a session.</summary>
public sealed class OuterHeaders
{
    private const int Ipv4AddressLength = Ipv4Header.AddressesLength / 2;
    private const byte TimeToLive = 64;

    private readonly byte[] _template;
    private readonly bool _isIpv4;
    private readonly bool _isUdp;
    private readonly int _ipLength;

    /// <summary>Makes a template.</summary>
    /// <param name="source">The sender's address, 4 or 16 bytes in network order.</param>
    /// <param name="destination">The receiver's, as many.</param>
    /// <param name="sourcePort">The sender's UDP port; 0 with both: IP protocol 115.</param>
    /// <param name="destinationPort">The receiver's.</param>
    public OuterHeaders(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int sourcePort, int destinationPort)
    {
        _isIpv4 = source.Length == Ipv4AddressLength;
        _isUdp = sourcePort != 0 || destinationPort != 0;
        _ipLength = IpPacket.HeaderLength(ipv6: !_isIpv4);
        _template = new byte[_ipLength + (_isUdp ? UdpHeader.HeaderLength : 0)];
        Span<byte> ip = _template;
        ip[0] = _isIpv4 ? Ipv4Header.FirstByteWithoutOptions : Ipv6Header.FirstByteWithoutClass;
        ip[_isIpv4 ? Ipv4Header.ProtocolOffset : Ipv6Header.NextHeaderOffset] = _isUdp ? IpProtocol.Udp : IpProtocol.L2tp;
        ip[_isIpv4 ? Ipv4Header.TimeToLiveOffset : Ipv6Header.HopLimitOffset] = TimeToLive;
        SetEnds(source, destination, sourcePort, destinationPort);
    }

    /// <summary>Both ends are here from now on: of the same family and protocol as before. Allocates nothing.</summary>
    /// <param name="source">The sender's address.</param>
    /// <param name="destination">The receiver's.</param>
    /// <param name="sourcePort">The sender's UDP port.</param>
    /// <param name="destinationPort">The receiver's.</param>
    public void SetEnds(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int sourcePort, int destinationPort)
    {
        // The addresses are the end of both IP headers.
        Span<byte> addresses = _template.AsSpan((_ipLength - (2 * source.Length)).._ipLength);
        source.CopyTo(addresses);
        destination.CopyTo(addresses[source.Length..]);
        if (_isUdp)
        {
            UdpHeader.SetPorts(_template.AsSpan(_ipLength), sourcePort, destinationPort);
        }
    }

    /// <summary>Bytes of the headers.</summary>
    public int Length => _template.Length;

    /// <summary>Writes the headers of a datagram.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="datagram">The payload of UDP, or of IP.</param>
    public void Write(Span<byte> destination, ReadOnlySpan<byte> datagram)
    {
        _template.CopyTo(destination);
        int behindIp = _template.Length - _ipLength + datagram.Length;
        if (_isIpv4)
        {
            Ipv4Header.SetTotalLength(destination, _ipLength + behindIp);
            Ipv4Header.SetChecksum(destination, InternetChecksum.Finish(InternetChecksum.Sum(destination[.._ipLength])));
        }
        else
        {
            Ipv6Header.SetPayloadLength(destination, behindIp);
        }

        if (_isUdp)
        {
            WriteUdp(destination[_ipLength.._template.Length], datagram);
        }
    }

    private void WriteUdp(Span<byte> udp, ReadOnlySpan<byte> datagram)
    {
        int length = UdpHeader.HeaderLength + datagram.Length;
        UdpHeader.SetLength(udp, length);
        int addresses = _isIpv4 ? Ipv4Header.AddressesLength : Ipv6Header.AddressesLength;
        ulong sum = InternetChecksum.SumPseudoHeader(_template.AsSpan(_ipLength - addresses, addresses), IpProtocol.Udp, length)
            + InternetChecksum.Sum(udp)
            + InternetChecksum.Sum(datagram);
        UdpHeader.SetChecksum(udp, InternetChecksum.FinishNonZero(sum));
    }
}
