// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Files;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of one netdev.</summary>
internal sealed record Settings
{
    /// <summary>10 ms at 10 Gbit/s: what may arrive while QEMU's main loop does something else.</summary>
    public const int DefaultBuffer = 12_500_000;

    /// <summary>The settings of the L2TPv3 header.</summary>
    public HeaderSettings Header { get; init; } = new();

    /// <summary>The settings of the packets that carry it.</summary>
    public SocketSettings Socket { get; init; } = new();

    /// <summary>The settings of the captures.</summary>
    public CaptureSettings Capture { get; init; } = new();

    /// <summary>Only the configured peer's address and port are accepted.</summary>
    public bool SourceCheck { get; init; } = true;

    /// <summary>source-check=roam: the peer is where the last good frame came from.</summary>
    public bool Roams { get; init; }

    /// <summary>The guest's NIC may leave checksums and segmentation to us (vnet header).</summary>
    public bool Offload { get; init; } = true;

    /// <summary>TCP connections through the tunnel are told segments that fit the path.</summary>
    public bool MssFix { get; init; } = true;

    /// <summary>Equal datagrams leave as one (UDP_SEGMENT).</summary>
    public GsoSetting Gso { get; init; }

    /// <summary>Equal datagrams arrive as one (UDP_GRO).</summary>
    public bool Gro { get; init; } = true;

    /// <summary>Bytes of the socket's send buffer (SO_SNDBUF).</summary>
    public int SendBuffer { get; init; } = DefaultBuffer;

    /// <summary>Bytes of the socket's receive buffer (SO_RCVBUF); null: fitted to the load, see ReceiveBuffer.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>Where the statistics page is put; empty: nowhere.</summary>
    public string StatisticsDirectory { get; init; } = PageDirectory.Of(RuntimeDirectory.FromEnvironment());

    /// <summary>The items that were given for this netdev. Others may see them: what holds a cookie is left out.</summary>
    public string Given { get; init; } = string.Empty;
}
