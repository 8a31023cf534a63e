// SPDX-License-Identifier: GPL-2.0-or-later

using System.Globalization;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;

namespace L2tpv3.DataPlane.Properties;

/// <summary>tos and ttl.</summary>
/// <param name="socket">The socket.</param>
/// <param name="plan">What it is for.</param>
/// <param name="policy">How datagrams are sent.</param>
internal sealed class PacketProperties(DatagramSocket socket, SocketPlan plan, SendPolicy policy)
{
    private SocketSettings _packets = plan.PacketSettings;

    public string Tos => _packets.InheritsTos ? "inherit" : string.Create(CultureInfo.InvariantCulture, $"0x{_packets.Tos ?? 0:x2}");

    public string Ttl => _packets.Ttl?.ToString(CultureInfo.InvariantCulture) ?? "default";

    /// <summary>A class of its own, or each frame's.</summary>
    public void SetTos(int? tos, bool inherits)
    {
        SocketTuning.SetTos(socket.Descriptor, plan.IsIpv6, tos ?? 0);
        _packets = _packets with { Tos = tos, InheritsTos = inherits };
        policy.InheritsClass = inherits;
    }

    public void SetTtl(int? ttl)
    {
        SocketTuning.SetTtl(socket.Descriptor, plan.IsIpv6, ttl);
        _packets = _packets with { Ttl = ttl };
    }
}
