// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Peers.Table;

/// <summary>A Linux host: the kernel's static tunnels, module l2tp_eth (ip-l2tp(8)).</summary>
public class KernelPeer(Tunnel tunnel) : Peer(tunnel)
{
    /// <inheritdoc/>
    public override string Name => "Linux host";

    /// <inheritdoc/>
    public override string InnerNic => Tunnel.KernelNic;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PeerCommands =>
    [
        Tunnel.KernelTunnel(),
        Tunnel.KernelSession(),
        $"ip address add {Tunnel.Inner.Peer}/24 dev {InnerNic}",
        $"ip link set {InnerNic} mtu 1500 up",
    ];
}
