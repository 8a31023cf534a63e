// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of the packets that carry the tunnel.</summary>
internal sealed record SocketSettings
{
    /// <summary>tos=0xNN: TOS or traffic class of each packet; null: the system's.</summary>
    public int? Tos { get; init; }

    /// <summary>tos=inherit: that of the frame.</summary>
    public bool InheritsTos { get; init; }

    /// <summary>TTL or hop limit; null: the system's.</summary>
    public int? Ttl { get; init; }

    /// <summary>Which packets have DF.</summary>
    public DontFragmentSetting DontFragment { get; init; }

    /// <summary>The only interface to use; null: any.</summary>
    public string? Device { get; init; }

    /// <summary>UDP packets have a checksum; null: nothing said, which means they have.</summary>
    public bool? UdpChecksum { get; init; }

    /// <summary>fd: a socket that QEMU has inherited; null: it opens its own.</summary>
    public int? Descriptor { get; init; }
}
