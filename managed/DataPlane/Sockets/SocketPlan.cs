// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>What a session's socket is to be: resolved, checked, nothing opened yet.</summary>
internal sealed record SocketPlan
{
    /// <summary>UDP or raw IP.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>This end.</summary>
    public required SocketAddress Source { get; init; }

    /// <summary>The peer.</summary>
    public required SocketAddress Destination { get; init; }

    /// <summary>Accept the peer only.</summary>
    public required bool SourceCheck { get; init; }

    /// <summary>Follow the peer to wherever its frames come from.</summary>
    public bool Roams { get; init; }

    /// <summary>What the user has asked for of the packets.</summary>
    public SocketSettings PacketSettings { get; init; } = new();

    /// <summary>Offer the guest's NIC the vnet header.</summary>
    public bool Offload { get; init; }

    /// <summary>Lower the MSS of TCP connections through the tunnel to what fits the path.</summary>
    public bool MssFix { get; init; }

    /// <summary>Send runs of equal datagrams as one (UDP_SEGMENT).</summary>
    public bool Segmentation { get; init; }

    /// <summary>But only runs whose last datagram is shorter.</summary>
    public bool UnevenRunsOnly { get; init; }

    /// <summary>Take runs of equal datagrams as one (UDP_GRO).</summary>
    public bool Coalescing { get; init; }

    /// <summary>Bytes of the socket's buffers.</summary>
    public int SendBuffer { get; init; }

    public int ReceiveBuffer { get; init; }

    /// <summary>The user chose the size of the receive buffer.</summary>
    public bool IsReceiveBufferFixed { get; init; }

    /// <summary>The filter the ready socket carries; null: none.</summary>
    public sock_filter[]? Filter { get; init; }

    public bool IsIpv6 => Source.IsIpv6;

    /// <summary>Resolves both ends.</summary>
    /// <exception cref="OptionException">An end does not resolve.</exception>
    public static SocketPlan Make(NetdevOptions options, SessionParameters parameters, Settings settings)
    {
        bool udp = parameters.Carrier == Carrier.Udp;
        Check(settings, parameters, udp);
        SocketAddress source = AddressResolver.Resolve("src", options.Source!, udp ? options.SourcePort : null, options.Ipv6);
        SocketAddress destination = AddressResolver.Resolve("dst", options.Destination!, udp ? options.DestinationPort : null, options.Ipv6);
        return new SocketPlan
        {
            Carrier = parameters.Carrier,
            Source = source,
            Destination = destination,
            SourceCheck = settings.SourceCheck,
            Roams = settings.Roams,
            PacketSettings = settings.Socket,
            Offload = settings.Offload,
            MssFix = settings.MssFix,
            // Raw sockets know neither (udp(7) only), and the kernel refuses runs without a checksum (udp_send_skb).
            Segmentation = udp && settings.Gso != GsoSetting.Off && settings.Socket.UdpChecksum is not false,
            UnevenRunsOnly = settings.Gso == GsoSetting.Uneven,
            Coalescing = udp && settings.Gro,
            SendBuffer = settings.SendBuffer,
            ReceiveBuffer = settings.ReceiveBuffer ?? Settings.DefaultBuffer,
            IsReceiveBufferFixed = settings.ReceiveBuffer is not null,
            // A UDP port is one tunnel's own; only raw sockets see the traffic of others.
            Filter = udp ? null : FilterFor(parameters, settings.SourceCheck, destination),
        };
    }

    /// <summary>The filter the ready socket carries when the peer is another one; null: none.</summary>
    public sock_filter[]? FilterFor(SessionParameters parameters, SocketAddress peer) =>
        Carrier == Carrier.Udp ? null : FilterFor(parameters, SourceCheck, peer);

    private static sock_filter[] FilterFor(SessionParameters parameters, bool sourceCheck, SocketAddress peer) =>
        SessionFilter.AcceptSession(peer.IsIpv6, parameters.ReceiveSessionId, sourceCheck ? peer : null);

    private static void Check(Settings settings, SessionParameters parameters, bool udp)
    {
        if (settings.Socket.UdpChecksum is not null && !udp)
        {
            throw new OptionException("udp-csum= is for udp=on; leave it out");
        }

        // Whoever sends a good frame becomes the peer: the cookie must be too long to guess (RFC 3931, 8.2).
        if (settings.Roams && parameters.ReceiveCookieLength != sizeof(ulong))
        {
            throw new OptionException("source-check=roam needs a receive cookie of 64 bits; give rxcookie= with 16 hexadecimal digits");
        }
    }
}
