// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>A large packet of every shape that a guest may ask to be cut.</summary>
internal static class LargePackets
{
    /// <summary>Payload bytes of a segment.</summary>
    public const int Size = 1448;

    /// <summary>The shape that needs no cutting.</summary>
    public const string OneSegment = "one segment";

    /// <summary>Sequence number and identification wrap within it; the last segment is short and odd.</summary>
    public static TestPacket Tcp4 { get; } = new()
    {
        Payload = Noise.Bytes(60_001, 1),
        Identification = 0xFFF0,
        Sequence = uint.MaxValue - 5000,
        Control = TcpControl.Ack | TcpControl.Psh,
        TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
        FieldSum = FieldSum.PseudoHeader,
    };

    public static IReadOnlyDictionary<string, TestPacket> Shapes { get; } = new Dictionary<string, TestPacket>(StringComparer.Ordinal)
    {
        ["one VLAN tag"] = Tcp4 with { Tags = [0x81, 0, 0, 5] },
        ["two VLAN tags, IPv6"] = Tcp4 with { Tags = [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5], IpVersion = 6 },
        ["IPv4 options"] = Tcp4 with { IpOptions = [1, 1, 1, 1, 1, 1, 1, 1] },
        ["IPv6 extension header"] = Tcp4 with { IpVersion = 6, IpOptions = [IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0] },
        ["FIN and CWR"] = Tcp4 with { Control = TcpControl.Ack | TcpControl.Fin | TcpControl.Cwr },
        ["no DF"] = Tcp4 with { DontFragment = false },
        ["without NEEDS_CSUM"] = Tcp4 with { FieldSum = FieldSum.Whole },
        [OneSegment] = Tcp4 with { Payload = Noise.Bytes(Size, 2) },
        ["one byte more than one segment"] = Tcp4 with { Payload = Noise.Bytes(Size + 1, 3) },
        ["no payload"] = Tcp4 with { Payload = [] },
        ["USO, IPv4"] = Tcp4 with { Protocol = IpProtocol.Udp },
        ["USO, IPv6"] = Tcp4 with { Protocol = IpProtocol.Udp, IpVersion = 6 },
    };

    /// <summary>The names alone: a theory's rows are listed before they are run.</summary>
    public static TheoryData<string> Names => [.. Shapes.Keys];
}
