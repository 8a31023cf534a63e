// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Random large packets of every shape that can be cut.</summary>
internal static class TestPackets
{
    private static readonly Gen<byte[]> s_tags = Gen.Elements<byte[]>([], [], [0x81, 0, 0, 5], [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5]);

    private static readonly Gen<TcpControl> s_control =
        from bits in Gen.Choose(0, 255)
        from plain in Gen.Elements(true, false)
        select plain ? TcpControl.Ack : (TcpControl)bits;

    /// <summary>Payloads of 0 to 65,000 bytes, mostly of a few kilobytes.</summary>
    private static readonly Gen<byte[]> s_payload =
        from size in Gen.Frequency((6, Gen.Choose(0, 5000)), (1, Gen.Choose(0, 65_000)))
        from seed in Gen.Choose(0, int.MaxValue)
        select Noise.Bytes(size, seed);

    /// <summary>TCP and UDP, IPv4 and IPv6, tags, options, extension headers; a partial or, TCP only, a whole checksum.</summary>
    public static Gen<TestPacket> Large { get; } =
        from version in Gen.Elements(4, 6)
        from protocol in Gen.Elements(IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Udp)
        from tags in s_tags
        from ipOptions in Gen.Elements(0, 0, 8, 24)
        from tcpOptions in Gen.Elements(0, 12, 40)
        from control in s_control
        from sequence in Numbers.UInt32
        from acknowledgment in Numbers.UInt32
        from fields in Numbers.UInt64
        from whole in Gen.Elements(true, false)
        from payload in s_payload
        select new TestPacket
        {
            IpVersion = version,
            Protocol = protocol,
            Tags = tags,
            IpOptions = TestPacket.PlainIpOptions(version, protocol, ipOptions),
            TcpOptions = Noise.Bytes(tcpOptions, (int)sequence),
            Control = control,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            Identification = (ushort)fields,
            DontFragment = (fields & (1 << 16)) != 0,
            Ttl = (byte)(fields >> 17),
            Tos = (byte)(fields >> 25),
            Window = (ushort)(fields >> 33),
            UrgentPointer = (ushort)(fields >> 48),
            Payload = payload,
            FieldSum = whole && protocol == IpProtocol.Tcp ? FieldSum.Whole : FieldSum.PseudoHeader,
        };
}
