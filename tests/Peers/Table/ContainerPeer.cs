// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Peers.Table;

/// <summary>A container of a Linux host: a network namespace, joined to the tunnel by a bridge.</summary>
public sealed class ContainerPeer(Tunnel tunnel) : Peer(tunnel)
{
    /// <inheritdoc/>
    public override string Name => "container behind a bridge";

    /// <inheritdoc/>
    public override string InnerPlace => Place.Container;

    /// <inheritdoc/>
    public override string InnerNic => "eth0";

    /// <inheritdoc/>
    public override bool IsBridged => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PeerCommands =>
    [
        Tunnel.KernelTunnel(),
        Tunnel.KernelSession(),
        $"ip link set {Tunnel.KernelNic} mtu 1500 up",
        "ip link add br0 type bridge",
        $"ip link set {Tunnel.KernelNic} master br0",
        "ip netns add container",
        "ip link add veth0 type veth peer name eth0 netns container",
        "ip link set veth0 master br0 up",
        "ip link set br0 up",
        $"ip netns exec container ip address add {Tunnel.Inner.Peer}/24 dev eth0",
        "ip netns exec container ip link set eth0 up",
    ];
}
