// SPDX-License-Identifier: GPL-2.0-or-later
namespace Faults.Ends;

/// <summary>How the netdevs of both ends are.</summary>
public sealed record EndOptions
{
    /// <summary>One word of the UDP checksum after the other: a cookie that stays another one when two of them change places.</summary>
    private const ulong LeftCookie = 0xA1B2_C3D4_E5F6_0718;
    private const ulong RightCookie = 0x1029_3847_5665_7483;

    /// <summary>What carries the tunnel.</summary>
    public Encapsulation Encapsulation { get; init; }

    /// <summary>Settings beside those of the netdev, as QEMU_L2TPV3 has them.</summary>
    public string Settings { get; init; } = string.Empty;

    /// <summary>Over IPv6.</summary>
    public bool IsIpv6 => Encapsulation.IsIpv6();

    /// <summary>Over UDP.</summary>
    public bool IsUdp => Encapsulation.IsUdp();

    /// <summary>The netdev of the left end; the right one has its <see cref="L2tpv3Netdev.OtherEnd"/>.</summary>
    public L2tpv3Netdev Left => new()
    {
        Source = FaultyLine.Address(IsIpv6, 1),
        Destination = FaultyLine.Address(IsIpv6, 2),
        SourcePort = IsUdp ? TunnelPacket.Port : null,
        DestinationPort = IsUdp ? TunnelPacket.Port : null,
        Cookie = CookieSize.Bits64,
        TransmitCookie = LeftCookie,
        ReceiveCookie = RightCookie,
    };

    public override string ToString() => Settings.Length == 0 ? $"{Encapsulation}" : $"{Encapsulation} {Settings}";
}
