// SPDX-License-Identifier: GPL-2.0-or-later
//
// The values of the properties, and what has to follow when one changes. Not for the hot path: it may allocate and throw.
// Everything is checked and asked of the kernel before anything of the session changes.

using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.L2tp;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Live;

/// <summary>One session, as its properties see it.</summary>
internal sealed class LiveSession
{
    private readonly DatagramSocket _socket;
    private readonly UdpSegmentation _segmentation;
    private readonly PathMtu _pathMtu;
    private readonly Encapsulation _encapsulation;
    private readonly Counters _counters;
    private readonly Captures _captures;
    private readonly SocketPlan _plan;
    private readonly SessionParameters _parameters;
    private readonly TransmitQueue _queue;
    private readonly SendKinds _kinds;
    private readonly Action<SocketAddress> _peerMoved;
    private readonly Action _refresh;
    private readonly CaptureLimits _captureLimits;
    private SocketAddress _peer;
    private GsoSetting _gso;
    private bool _gro;
    private SocketSettings _packets;
    private ulong _receiveCookie;
    private ulong? _secondCookie;

    /// <summary>Begins with what the session was opened with.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="segmentation">Which runs the kernel takes.</param>
    /// <param name="pathMtu">What the path takes whole.</param>
    /// <param name="encapsulation">The header.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="captures">Where packets are written down.</param>
    /// <param name="plan">What its socket is for.</param>
    /// <param name="parameters">Its header.</param>
    /// <param name="queue">What waits to be sent.</param>
    /// <param name="kinds">How it is sent.</param>
    /// <param name="captureLimits">For captures that begin later.</param>
    /// <param name="peerMoved">Called when the user has moved the peer.</param>
    /// <param name="refresh">Brings `info network` and the statistics up to date.</param>
    public LiveSession(
        DatagramSocket socket,
        UdpSegmentation segmentation,
        PathMtu pathMtu,
        Encapsulation encapsulation,
        Counters counters,
        Captures captures,
        SocketPlan plan,
        SessionParameters parameters,
        TransmitQueue queue,
        SendKinds kinds,
        CaptureLimits captureLimits,
        Action<SocketAddress> peerMoved,
        Action refresh)
    {
        _socket = socket;
        _segmentation = segmentation;
        _pathMtu = pathMtu;
        _encapsulation = encapsulation;
        _counters = counters;
        _captures = captures;
        _plan = plan;
        _parameters = parameters;
        _queue = queue;
        _kinds = kinds;
        _captureLimits = captureLimits;
        _peerMoved = peerMoved;
        _refresh = refresh;
        _peer = plan.Destination;
        _gso = !plan.Segmentation ? GsoSetting.Off : plan.UnevenRunsOnly ? GsoSetting.Uneven : GsoSetting.On;
        _gro = plan.Coalescing;
        _packets = plan.PacketSettings;
        _receiveCookie = parameters.ReceiveCookie;
        _secondCookie = parameters.SecondReceiveCookie;
    }

    public string Peer => _peer.ToString();

    public string Gso => _gso switch { GsoSetting.Off => "off", GsoSetting.Uneven => "uneven", _ => "on" };

    public string Gro => OnOrOff(_gro);

    public string MssFix => OnOrOff(_pathMtu.LowersMss);

    public string Tos => _packets.InheritsTos ? "inherit" : string.Create(CultureInfo.InvariantCulture, $"0x{_packets.Tos ?? 0:x2}");

    public string Ttl => _packets.Ttl?.ToString(CultureInfo.InvariantCulture) ?? "default";

    public string GuestCapture => PathOf(_captures.Guest);

    public string WireCapture => PathOf(_captures.Wire);

    public bool HasSecondCookie => _secondCookie is not null;

    private bool IsUdp => _parameters.Carrier == Carrier.Udp;

    /// <summary>The statistics page as JSON, as `l2tpv3-stat --json` shows it.</summary>
    public unsafe string Statistics()
    {
        _refresh();
        ArrayBufferWriter<byte> buffer = new(initialCapacity: 4096);
        using (Utf8JsonWriter writer = new(buffer))
        {
            // SAFETY: the page lives as long as the session.
            StatisticsJson.Write(*_counters.Memory.Page, writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The peer has moved by itself (source-check=roam).</summary>
    public void PeerHasMoved(SocketAddress peer) => _peer = peer;

    public void SetPeer(string value)
    {
        SocketAddress peer = PeerText.Resolve(value, _peer, IsUdp);
        // What was accepted before is for the old peer, as far as the kernel takes it.
        Flush();
        Errno error = _socket.Retarget(peer, _plan.FilterFor(_parameters, peer));
        if (!error.IsNone)
        {
            throw new OptionException($"dst={peer} cannot be a peer of src={_plan.Source} ({error}); the peer is still {_peer}", error.Value);
        }

        _peerMoved(peer);
    }

    public void SetTransmitCookie(string value)
    {
        Cookie cookie = ReadCookie("txcookie", value, _parameters.TransmitCookieLength);
        // The header of what waits is written already.
        _encapsulation.SetTransmitCookie(cookie.Value);
    }

    public void SetReceiveCookie(string value) =>
        SetReceiveCookies(ReadCookie("rxcookie", value, _parameters.ReceiveCookieLength).Value, _secondCookie);

    public void SetSecondCookie(string value) =>
        SetReceiveCookies(_receiveCookie, value is "none" ? null : ReadCookie("rxcookie2", value, _parameters.ReceiveCookieLength).Value);

    public void SetGso(string value)
    {
        GsoSetting gso = Parsed("gso", value).Gso;
        if (gso != GsoSetting.Off && (!IsUdp || _packets.UdpChecksum is false))
        {
            throw new OptionException($"gso={value} is for UDP with checksums (udp(7), UDP_SEGMENT); this netdev has none");
        }

        _gso = gso;
        Flush();
        _segmentation.Set(gso);
        if (gso == GsoSetting.Off)
        {
            _queue.Split();
        }
    }

    public void SetGro(string value)
    {
        bool gro = Parsed("gro", value).Gro;
        if (gro && !IsUdp)
        {
            throw new OptionException("gro=on is for UDP (udp(7), UDP_GRO); this netdev has none");
        }

        if (IsUdp)
        {
            _socket.SetCoalescing(gro);
        }

        _gro = gro;
    }

    public void SetMssFix(string value) => _pathMtu.LowersMss = Parsed("mssfix", value).MssFix;

    public void SetTos(string value)
    {
        SocketSettings read = Parsed("tos", value).Socket;
        SocketSettings packets = _packets with { Tos = read.Tos, InheritsTos = read.InheritsTos };
        SocketTuning.SetTos(_socket.Descriptor, _plan.IsIpv6, packets.Tos ?? 0);
        _packets = packets;
        _kinds.InheritsClass = packets.InheritsTos;
    }

    public void SetTtl(string value)
    {
        SocketSettings packets = _packets with { Ttl = Parsed("ttl", value).Socket.Ttl };
        SocketTuning.SetTtl(_socket.Descriptor, _plan.IsIpv6, packets.Ttl);
        _packets = packets;
    }

    public void SetGuestCapture(string value) => SetCapture(_captures.Guest, "pcap", value);

    public void SetWireCapture(string value) => SetCapture(_captures.Wire, "pcap-wire", value);

    private static Settings Parsed(string name, string value) => SettingTable.Find(name)!.Apply(new Settings(), value, $"{name}={value}");

    private static string OnOrOff(bool value) => value ? "on" : "off";

    private static string PathOf(CaptureTap tap) => tap.IsOn ? tap.Path : CaptureSettings.Off;

    private static Cookie ReadCookie(string name, string value, int length)
    {
        if (length == 0)
        {
            throw new OptionException($"{name}= cannot be given: this netdev has no such cookie, and one would change the length of its header");
        }

        // An error shows nothing of what was given, which may be all but a cookie.
        Cookie cookie = ValueReader.Cookie(value) ?? default;
        return cookie.Length == length
            ? cookie
            : throw new OptionException($"{name}= must have {length * 2} hexadecimal digits, as the present cookie has");
    }

    private void Flush()
    {
        if (!_queue.IsBlocked)
        {
            _queue.Flush();
        }
    }

    private void SetReceiveCookies(ulong cookie, ulong? second)
    {
        if (_parameters.ReceiveCookieLength == 0 && second is null)
        {
            return;
        }

        _receiveCookie = cookie;
        _secondCookie = second;
        _encapsulation.SetReceiveCookies(cookie, second);
    }

    private void SetCapture(CaptureTap tap, string name, string value)
    {
        if (value is CaptureSettings.Off)
        {
            tap.Stop();
        }
        else if (value.Length == 0)
        {
            throw new OptionException($"{name}= must be the name of a file or off");
        }
        else if (!tap.TryStart(value, _captureLimits, out string problem))
        {
            throw new OptionException($"{name}={problem}");
        }
    }
}
