// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane;

/// <summary>What the two paths of a session share.</summary>
internal sealed record SessionParts(
    Host Host,
    DatagramSocket Socket,
    UdpSegmentation Segmentation,
    PathMtu PathMtu,
    Encapsulation Encapsulation,
    VnetState Vnet,
    SocketWatch Watch,
    AlarmClock Alarms,
    Counters Counters,
    SendHealth SendHealth,
    ReceiveHealth ReceiveHealth,
    Captures Captures);
