// SPDX-License-Identifier: GPL-2.0-or-later
namespace Peers;

/// <summary>The network namespaces of the lab: see the picture in <c>scripts/lab-hosts</c>.</summary>
internal static class Place
{
    /// <summary>Where QEMU with the plugin is.</summary>
    public const string Host = "host";

    /// <summary>Where its peer is.</summary>
    public const string Peer = "peer";

    /// <summary>A container behind the peer's bridge.</summary>
    public const string Container = "container";
}
