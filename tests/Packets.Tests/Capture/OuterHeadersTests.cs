// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net;
using L2tpv3.Packets.Capture;

namespace Packets.Tests.Capture;

/// <summary>The headers around a captured datagram, and those of the file.</summary>
public sealed class OuterHeadersTests
{
    [Fact]
    public void UDP_over_IPv4_is_as_on_the_wire()
    {
        byte[] packet = Wrap("192.0.2.1", "192.0.2.2", 1701, 1702, [1, 2, 3]);
        Assert.Equal("4500001F000000004011F6CAC0000201C0000202" + "06A506A6000B6A87" + "010203", Convert.ToHexString(packet));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 1701, 1702)]
    [InlineData("192.0.2.1", "192.0.2.2", 0, 0)]
    [InlineData("2001:db8::1", "2001:db8::2", 1701, 1702)]
    [InlineData("2001:db8::1", "2001:db8::2", 0, 0)]
    public void Lengths_and_checksums_are_right_for_every_size(string source, string destination, int sourcePort, int destinationPort)
    {
        for (int size = 0; size < 300; size++)
        {
            byte[] datagram = [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];
            byte[] packet = Wrap(source, destination, sourcePort, destinationPort, datagram);
            bool isIpv4 = packet[0] >> 4 == 4;
            int ip = isIpv4 ? 20 : 40;
            Assert.Equal(packet.Length - (isIpv4 ? 0 : ip), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(isIpv4 ? 2 : 4)));
            Assert.Equal(datagram, packet[^size..]);
            Assert.Equal(sourcePort == 0 ? 115 : 17, packet[isIpv4 ? 9 : 6]);
            if (isIpv4)
            {
                Assert.Equal(0xFFFF, Sum(packet[..ip]));
            }

            if (sourcePort != 0)
            {
                // The pseudo-header: both addresses, the protocol, the length (RFC 768; RFC 8200, 8.1).
                byte[] addresses = packet[(isIpv4 ? 12 : 8)..ip];
                byte[] length = [.. packet[(ip + 4)..(ip + 6)]];
                Assert.Equal(packet.Length - ip, BinaryPrimitives.ReadUInt16BigEndian(length));
                Assert.Equal(0xFFFF, Sum([.. addresses, 0, 17, .. length, .. packet[ip..]]));
            }
        }
    }

    [Fact]
    public void A_file_begins_with_nanoseconds_and_its_link_type()
    {
        byte[] header = new byte[PcapFormat.FileHeaderLength];
        PcapFormat.WriteFileHeader(header, LinkType.RawIp);
        Assert.Equal("4D3CB2A1" + "0200" + "0400" + "00000000" + "00000000" + "00000400" + "65000000", Convert.ToHexString(header));
    }

    [Fact]
    public void A_record_has_its_time_and_both_lengths()
    {
        byte[] header = new byte[PcapFormat.RecordHeaderLength];
        PcapFormat.WriteRecordHeader(header, time: 123_456_789, length: 60);
        Assert.Equal("0C000000" + Convert.ToHexString(BitConverter.GetBytes(345_678_900)) + "3C000000" + "3C000000", Convert.ToHexString(header));
    }

    private static byte[] Wrap(string source, string destination, int sourcePort, int destinationPort, byte[] datagram)
    {
        OuterHeaders headers = new(IPAddress.Parse(source).GetAddressBytes(), IPAddress.Parse(destination).GetAddressBytes(), sourcePort, destinationPort);
        byte[] packet = new byte[headers.Length + datagram.Length];
        headers.Write(packet, datagram);
        datagram.CopyTo(packet, headers.Length);
        return packet;
    }

    /// <summary>RFC 1071, word by word.</summary>
    private static int Sum(byte[] bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
