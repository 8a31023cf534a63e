// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Wire;

/// <summary>Protocol and next header numbers (IANA, Protocol Numbers).</summary>
public static class IpProtocol
{
    public const byte HopByHop = 0;

    public const byte Tcp = 6;

    public const byte Udp = 17;

    public const byte Routing = 43;

    public const byte Fragment = 44;

    public const byte DestinationOptions = 60;
}
