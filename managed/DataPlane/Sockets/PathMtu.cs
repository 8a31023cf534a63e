// SPDX-License-Identifier: GPL-2.0-or-later
//
// The largest packet that the way to the peer takes whole, as the kernel knows it (ip(7), IP_MTU; ipv6(7), IPV6_MTU). It
// is the MTU of the route's device until an ICMP error taught the kernel a smaller one, and that wears off after some
// minutes. So it is asked again now and then, and after each EMSGSIZE: an ICMP error sets that on the socket, which makes
// it readable, so a path that shrinks is noticed at once (but for raw IPv6, whose sockets are told with IPV6_RECVERR only).
//
// The kernel tells the route that the socket holds. A UDP socket renews it with each send; a raw one keeps that of
// connect(2) for ever, since it looks up the route of each packet by itself, and so is connected anew before it is asked.
//
// It tells for connected sockets only. Where the session's own is not connected, a PathProbe is asked.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>The path MTU of one session, in terms of the frames that fit.</summary>
internal sealed unsafe class PathMtu : IDisposable
{
    private const int FreshMs = 100;

    /// <summary>
    /// All headers of a frame and 256 bytes of payload. A path that takes less is left to IP's fragments: cutting one large
    /// frame of a guest into thousands of datagrams would cost more than they do.
    /// </summary>
    private const int MinimumFrame = 400;

    private readonly DatagramSocket _socket;
    private readonly PathProbe? _probe;
    private SocketAddress _peer;
    private readonly UdpSegmentation _segmentation;
    private readonly bool _isRaw;
    private readonly bool _ipv6;
    private readonly int _l2tpHeaderLength;
    private readonly int _overhead;
    private readonly int _doubtful = MinPmtu.Read();
    private long _askedAt;

    /// <summary>Asks for the first time.</summary>
    /// <param name="socket">The session's socket.</param>
    /// <param name="plan">What it is for.</param>
    /// <param name="segmentation">Told when the path takes larger packets than before.</param>
    /// <param name="l2tpHeaderLength">Bytes of the L2TPv3 header.</param>
    public PathMtu(DatagramSocket socket, SocketPlan plan, UdpSegmentation segmentation, int l2tpHeaderLength)
    {
        _socket = socket;
        _segmentation = segmentation;
        _ipv6 = plan.IsIpv6;
        _peer = plan.Destination;
        LowersMss = plan.MssFix;
        _probe = socket.IsConnected ? null : PathProbe.Open(plan);
        _l2tpHeaderLength = l2tpHeaderLength;
        _isRaw = plan.Carrier != Carrier.Udp;
        _overhead = IpPacket.HeaderLength(_ipv6) + (_isRaw ? 0 : UdpHeader.HeaderLength) + l2tpHeaderLength;
        try
        {
            Refresh();
        }
        catch
        {
            _probe?.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of an IP packet; 0 when the kernel does not tell.</summary>
    public int Bytes { get; private set; }

    /// <summary>mssfix=on: TCP connections through the tunnel are told segments that fit.</summary>
    public bool LowersMss { get; set; }

    /// <summary>TCP segments are fitted to the path: it is known, and not absurd.</summary>
    public bool IsFitted => Bytes != 0 && MaximumFrame >= MinimumFrame;

    /// <summary>The longest Ethernet frame whose packet is not fragmented; any length when the kernel does not tell.</summary>
    public int MaximumFrame { get; private set; } = int.MaxValue;

    /// <summary>The same with our header.</summary>
    public int MaximumDatagram => Bytes == 0 ? int.MaxValue : MaximumFrame + _l2tpHeaderLength;

    /// <summary>The longest datagram, with our header, that IP takes at all.</summary>
    public int MaximumFragmented => IpPacket.MaximumLength - _overhead + _l2tpHeaderLength;

    /// <summary>The packet of a frame of this length is known to fit, and may say so with DF.</summary>
    public bool Fits(int frameLength) => frameLength <= MaximumFrame && Bytes > _doubtful;

    /// <summary>The peer is here from now on.</summary>
    public void SetPeer(SocketAddress peer)
    {
        _peer = peer;
        Refresh();
    }

    /// <summary>Asks the kernel again, if it has not been asked for a while.</summary>
    public void KeepFresh()
    {
        if (Environment.TickCount64 - _askedAt >= FreshMs)
        {
            Refresh();
        }
    }

    /// <summary>Asks the kernel again.</summary>
    public void Refresh()
    {
        _askedAt = Environment.TickCount64;
        int mtu = 0;
        uint length = sizeof(int);
        int level = _ipv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;
        int option = _ipv6 ? LinuxConstants.IPV6_MTU : LinuxConstants.IP_MTU;
        // SAFETY: both options give an int, which lives on this stack.
        bool isKnown = TryRenewRoute()
            && Libc.getsockopt(_probe?.Descriptor ?? _socket.Descriptor, level, option, &mtu, &length) == 0
            && mtu > _overhead;
        // Told here, where every asker comes by: whoever asks first after the path has grown must not be the only one to know.
        if (isKnown && mtu > Bytes)
        {
            _segmentation.PathHasGrown();
        }

        Bytes = isKnown ? mtu : 0;
        MaximumFrame = isKnown ? mtu - _overhead : int.MaxValue;
    }

    /// <summary>The interface of bind-device= is another one now.</summary>
    public void BindToDevice(string device)
    {
        if (_probe is not null)
        {
            _ = SocketTuning.TryBindToDevice(_probe.Descriptor, device);
        }

        Refresh();
    }

    public void Dispose() => _probe?.Dispose();

    private bool TryRenewRoute() => _probe is not null
        ? _probe.TryConnect(_peer)
        : _socket.IsConnected && _socket.IsReady && (!_isRaw || _socket.TryConnectAnew());
}
