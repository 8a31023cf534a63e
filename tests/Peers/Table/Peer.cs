// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Peers.Table;

/// <summary>What is at the other end of a tunnel, and the commands with which it gets there. All of them are <c>ip</c>'s.</summary>
public abstract class Peer(Tunnel tunnel)
{
    /// <summary>The tunnel.</summary>
    public Tunnel Tunnel => tunnel;

    /// <summary>What it is, for the table.</summary>
    public abstract string Name { get; }

    /// <summary>What carries the frames, for the table.</summary>
    public virtual string Carrier => tunnel.Carrier;

    /// <summary>Its end of the inner network: the namespace.</summary>
    public virtual string InnerPlace => Place.Peer;

    /// <summary>Its end of the inner network: the NIC.</summary>
    public abstract string InnerNic { get; }

    /// <summary>A bridge is in between: it looks at addresses, and keeps some frames to itself (IEEE 802.1D, 7.12.6).</summary>
    public virtual bool IsBridged => false;

    /// <summary>No frame overtakes another on the way.</summary>
    public virtual bool KeepsOrder => true;

    /// <summary>The datagrams on the wire are encrypted.</summary>
    public virtual bool IsEncrypted => false;

    /// <summary>What the host does, apart from QEMU.</summary>
    public virtual IReadOnlyList<string> HostCommands => [];

    /// <summary>What the peer does.</summary>
    public abstract IReadOnlyList<string> PeerCommands { get; }
}
