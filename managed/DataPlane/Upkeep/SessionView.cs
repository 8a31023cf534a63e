// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>What the upkeep of a session looks at.</summary>
internal sealed record SessionView(
    DatagramSocket Socket,
    UdpSegmentation Segmentation,
    PathMtu PathMtu,
    Encapsulation Encapsulation,
    VnetState Vnet,
    Counters Counters,
    SendHealth SendHealth,
    ReceiveHealth ReceiveHealth);
