// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>
/// The fields of the IP header that differ from segment to segment: the length, and for IPv4 the identification, which
/// counts up from the large frame's, and the header checksum.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SegmentIpHeader
{
    private readonly int _offset;
    private readonly int _version;
    private readonly ushort _identification;
    private readonly ulong _sum;

    public SegmentIpHeader(ReadOnlySpan<byte> header, FrameLayout layout)
    {
        _offset = layout.NetworkOffset;
        _version = layout.IpVersion;
        if (_version == 4)
        {
            // Everything but the three fields.
            ReadOnlySpan<byte> ip = header[_offset..layout.TransportOffset];
            _identification = BinaryPrimitives.ReadUInt16BigEndian(ip[Ipv4Header.IdentificationOffset..]);
            _sum = InternetChecksum.Sum(ip[..Ipv4Header.TotalLengthOffset])
                + InternetChecksum.Sum(ip[(Ipv4Header.IdentificationOffset + 2)..Ipv4Header.ChecksumOffset])
                + InternetChecksum.Sum(ip[Ipv4Header.AddressesOffset..]);
        }
    }

    /// <summary>Writes the fields.</summary>
    /// <param name="frame">At least the headers of the segment.</param>
    /// <param name="index">Which segment it is.</param>
    /// <param name="frameLength">Bytes of the segment's frame.</param>
    public void Write(Span<byte> frame, int index, int frameLength)
    {
        Span<byte> ip = frame[_offset..];
        int length = frameLength - _offset;
        if (_version == 4)
        {
            ushort identification = (ushort)(_identification + index);
            ulong sum = _sum + InternetChecksum.OfField(length) + InternetChecksum.OfField((int)identification);
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.TotalLengthOffset..], (ushort)length);
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.IdentificationOffset..], identification);
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.ChecksumOffset..], InternetChecksum.Finish(sum));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                ip[Ipv6Header.PayloadLengthOffset..], (ushort)(length - Ipv6Header.Length));
        }
    }
}
