// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Peers.Table;

/// <summary>Another QEMU, without the plugin.</summary>
public sealed class StockPeer(Tunnel tunnel) : Peer(tunnel)
{
    /// <inheritdoc/>
    public override string Name => "stock QEMU";

    /// <inheritdoc/>
    public override string InnerNic => Tunnel.Tap;

    /// <summary>When a netdev is full, QEMU's hub lets a frame pass one that waits there.</summary>
    public override bool KeepsOrder => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PeerCommands => [];
}
