// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Globalization;

namespace Peers.Table;

/// <summary>A Linux host, the tunnel's datagrams in ESP in transport mode (RFC 3193, RFC 4303): what RFC 3931, 8.3, advises.</summary>
public sealed class IpsecPeer(Tunnel tunnel) : KernelPeer(tunnel)
{
    /// <inheritdoc/>
    public override string Carrier => $"ESP, {Tunnel.Carrier}";

    /// <inheritdoc/>
    public override bool IsEncrypted => true;

    /// <summary>The kernel encrypts now at once, now in a worker, as the CPU's vector registers are free or not.</summary>
    public override bool KeepsOrder => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> HostCommands =>
    [
        .. States,
        Policy(Tunnel.HostAddress, Tunnel.PeerAddress, "out"),
        Policy(Tunnel.PeerAddress, Tunnel.HostAddress, "in"),
    ];

    /// <inheritdoc/>
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
