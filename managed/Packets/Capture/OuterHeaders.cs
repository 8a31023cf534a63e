// SPDX-License-Identifier: GPL-2.0-or-later
//
// The IP and UDP headers around a datagram, for captures: a socket never shows those it sends, and hardly those it receives.
// Addresses, ports, lengths and checksums are what the wire has; identification, DF, TTL and TOS are made up.

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Capture;

/// <summary>The outer headers of one direction of a session.</summary>
public sealed class OuterHeaders
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int Ipv4AddressLength = 4;
    private const int Ipv6AddressLength = 16;
    private const int L2tpProtocol = 115;
    private const int UdpProtocol = 17;
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
        _ipLength = _isIpv4 ? Ipv4HeaderLength : Ipv6HeaderLength;
        _template = new byte[_ipLength + (_isUdp ? UdpHeader.HeaderLength : 0)];
        int protocol = _isUdp ? UdpProtocol : L2tpProtocol;
        Span<byte> ip = _template;
        ip[0] = _isIpv4 ? (byte)0x45 : (byte)0x60;
        ip[_isIpv4 ? 9 : 6] = (byte)protocol;
        ip[_isIpv4 ? 8 : 7] = TimeToLive;
        SetEnds(source, destination, sourcePort, destinationPort);
    }

    /// <summary>Both ends are here from now on: of the same family and protocol as before. Allocates nothing.</summary>
    /// <param name="source">The sender's address.</param>
    /// <param name="destination">The receiver's.</param>
    /// <param name="sourcePort">The sender's UDP port.</param>
    /// <param name="destinationPort">The receiver's.</param>
    public void SetEnds(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int sourcePort, int destinationPort)
    {
        Span<byte> ip = _template;
        source.CopyTo(ip[(_isIpv4 ? 12 : 8)..]);
        destination.CopyTo(ip[(_isIpv4 ? 16 : 24)..]);
        if (_isUdp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[_ipLength..], (ushort)sourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(ip[(_ipLength + 2)..], (ushort)destinationPort);
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
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(_ipLength + behindIp));
            BinaryPrimitives.WriteUInt16BigEndian(destination[10..], InternetChecksum.Finish(InternetChecksum.Sum(destination[.._ipLength])));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)behindIp);
        }

        if (_isUdp)
        {
            WriteUdp(destination[_ipLength.._template.Length], datagram);
        }
    }

    private void WriteUdp(Span<byte> udp, ReadOnlySpan<byte> datagram)
    {
        int length = UdpHeader.HeaderLength + datagram.Length;
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpHeader.LengthOffset..], (ushort)length);
        // Both addresses are the end of the IP header.
        int addresses = _isIpv4 ? 2 * Ipv4AddressLength : 2 * Ipv6AddressLength;
        ulong sum = InternetChecksum.SumPseudoHeader(_template.AsSpan(_ipLength - addresses, addresses), UdpProtocol, length)
            + InternetChecksum.Sum(udp)
            + InternetChecksum.Sum(datagram);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpHeader.ChecksumOffset..], InternetChecksum.FinishNonZero(sum));
    }
}
