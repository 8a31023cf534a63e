// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.Table;

/// <summary>What is at the other end of a tunnel, and the commands with which it gets there. All of them are <c>ip</c>'s.</summary>
public abstract class Peer(TunnelOptions tunnel)
{
    /// <summary>The tunnel.</summary>
    public TunnelOptions Tunnel => tunnel;

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

/// <summary>A Linux host: the kernel's static tunnels, module l2tp_eth (ip-l2tp(8)).</summary>
public class KernelPeer(TunnelOptions tunnel) : Peer(tunnel)
{
    public override string Name => "Linux host";

    public override string InnerNic => Tunnel.KernelNic;

    public override IReadOnlyList<string> PeerCommands =>
    [
        Tunnel.KernelTunnel(),
        Tunnel.KernelSession(),
        $"ip address add {Tunnel.Inner.Peer}/24 dev {InnerNic}",
        $"ip link set {InnerNic} mtu 1500 up",
    ];
}

/// <summary>A Linux host, the tunnel's datagrams in ESP in transport mode (RFC 3193, RFC 4303): what RFC 3931, 8.3, advises.</summary>
public sealed class IpsecPeer(TunnelOptions tunnel) : KernelPeer(tunnel)
{
    public override string Carrier => $"ESP, {Tunnel.Carrier}";

    public override bool IsEncrypted => true;

    /// <summary>The kernel encrypts now at once, now in a worker, as the CPU's vector registers are free or not.</summary>
    public override bool KeepsOrder => false;

    public override IReadOnlyList<string> HostCommands =>
    [
        .. States,
        Policy(Tunnel.HostAddress, Tunnel.PeerAddress, "out"),
        Policy(Tunnel.PeerAddress, Tunnel.HostAddress, "in"),
    ];

    public override IReadOnlyList<string> PeerCommands =>
    [
        .. States,
        Policy(Tunnel.PeerAddress, Tunnel.HostAddress, "out"),
        Policy(Tunnel.HostAddress, Tunnel.PeerAddress, "in"),
        .. base.PeerCommands,
    ];

    private string[] States =>
    [
        State(Tunnel.HostAddress, Tunnel.PeerAddress, 0x1000 + Tunnel.ToPeer, "5a0e3c7b9d1f2846a7c5e3f1092b4d6883f1c0de"),
        State(Tunnel.PeerAddress, Tunnel.HostAddress, 0x1000 + Tunnel.FromPeer, "c1d2e3f405162738495a6b7c8d9eafb0feedf00d"),
    ];

    // AES-GCM: key and salt, 20 bytes, and a checksum of 128 bits (RFC 4106).
    private static string State(string from, string to, int spi, string key) => string.Create(
        CultureInfo.InvariantCulture,
        $"ip xfrm state add src {from} dst {to} proto esp spi {spi} mode transport aead 'rfc4106(gcm(aes))' 0x{key} 128");

    private static string Policy(string from, string to, string direction) =>
        $"ip xfrm policy add src {from} dst {to} dir {direction} tmpl proto esp mode transport";
}

/// <summary>A container of a Linux host: a network namespace, joined to the tunnel by a bridge.</summary>
public sealed class ContainerPeer(TunnelOptions tunnel) : Peer(tunnel)
{
    public override string Name => "container behind a bridge";

    public override string InnerPlace => Place.Container;

    public override string InnerNic => "eth0";

    public override bool IsBridged => true;

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

/// <summary>Another QEMU, without the plugin.</summary>
public sealed class StockPeer(TunnelOptions tunnel) : Peer(tunnel)
{
    public override string Name => "stock QEMU";

    public override string InnerNic => Tunnel.Tap;

    /// <summary>When a netdev is full, QEMU's hub lets a frame pass one that waits there.</summary>
    public override bool KeepsOrder => false;

    public override IReadOnlyList<string> PeerCommands => [];
}
