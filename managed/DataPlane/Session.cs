// SPDX-License-Identifier: GPL-2.0-or-later
//
// Start reading here. One session is one pseudowire (RFC 3931) and one netdev: a socket, the header both ends agreed on,
// and two paths that know nothing of each other.
//
//     guest --Transmit--> TransmitPath --> TransmitBatch --sendmmsg--> socket --> peer
//     guest <--Deliver--- ReceivePath <--- ReceiveBatch <--recvmmsg--- socket <-- peer
//
// Everything runs under the host's one lock, so there is none here. All memory of the paths is native and allocated
// when the session opens; no frame allocates.

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.Tunnel;

namespace L2tpv3.DataPlane;

/// <summary>An open session.</summary>
internal sealed class Session : IDisposable
{
    /// <summary>How old the line of `info network` may be while there is traffic.</summary>
    public const int InfoDelayMs = 200;

    private const int ConnectDelayMs = 1_000;
    private const int LogDelayMs = 10_000;

    /// <summary>Limits of the host are told once, not by each of its netdevs.</summary>
    private static bool s_hasGivenNotice;

    /// <summary>And so is that nobody can look into them.</summary>
    private static bool s_hasToldNoPage;

    private readonly SessionParts _parts;
    private readonly string _name;
    private readonly Outbreak _refusedDatagrams;
    private readonly Outbreak _refusedFrames;
    private readonly InfoLine _infoLine;
    private readonly StatisticsWriter _statistics;
    private readonly TransmitQueue _queue;
    private readonly TransmitPath _transmit;
    private readonly ReceivePath _receive;
    private bool _isWithoutRoute;

    /// <summary>Puts a session together around an open socket.</summary>
    /// <param name="host">The host.</param>
    /// <param name="socket">Owned by the session from now on.</param>
    /// <param name="plan">What the socket is for.</param>
    /// <param name="parameters">The header.</param>
    /// <param name="id">The netdev.</param>
    /// <param name="page">Where it counts; owned by the session from now on. Null: where nobody sees it.</param>
    /// <param name="settings">What was set for it, in words.</param>
    public Session(Host host, DatagramSocket socket, SocketPlan plan, TunnelParameters parameters, string id, PageMemory? page = null, string settings = "")
    {
        _name = $"l2tpv3 netdev '{id}'";
        Encapsulation encapsulation = new(parameters);
        UdpSegmentation segmentation = plan.Segmentation ? UdpSegmentation.For(plan.IsIpv6, plan.UnevenRunsOnly) : UdpSegmentation.None();
        _parts = new SessionParts(
            host,
            socket,
            segmentation,
            new PathMtu(socket, plan, segmentation, encapsulation.HeaderLength),
            encapsulation,
            new VnetState(plan.Offload),
            new SocketWatch(host, socket.Descriptor),
            new AlarmClock(host),
            new Counters(page ?? new PageMemory()),
            new SendHealth(host, _name),
            new Captures(host, _name, plan));
        SendKinds kinds = new(_parts, plan);
        _queue = new TransmitQueue(_parts, kinds, socket.IsConnected ? null : plan.Destination, plan.IsIpv6);
        _transmit = new TransmitPath(_parts, _queue, kinds, plan.MssFix);
        FrameSequence? sequence = parameters.ReceiveSequence ? new FrameSequence(_parts, parameters.ReorderWindow) : null;
        Roaming? roaming = plan.Roams ? new Roaming(host, _name, plan.Destination) : null;
        _receive = new ReceivePath(_parts, plan, sequence, roaming, PeerMoved);
        _refusedDatagrams = new Outbreak(host, Counters, $"{_name}: datagrams", DropReason.Truncated, DropReason.Runt);
        _refusedFrames = new Outbreak(host, Counters, $"{_name}: frames of the guest", DropReason.GuestRunt, DropReason.BadGuestHeaders);
        _infoLine = new InfoLine(_parts, plan, parameters);
        _statistics = new StatisticsWriter(_parts, plan, parameters, id, settings);
        SetInfo();
        _parts.Watch.SetRead(true);
        GiveNotice(host, socket.Notice);
        if (!socket.IsReady)
        {
            _isWithoutRoute = true;
            _parts.Alarms.Set(Alarm.Connect, ConnectDelayMs);
            host.Report(Severity.Warning, $"{_name}: there is no route to dst={plan.Destination} yet; trying again every second");
        }
    }

    /// <summary>What the session has done so far.</summary>
    public Counters Counters => _parts.Counters;

    /// <summary>Where its frames can be watched.</summary>
    public Captures Captures => _parts.Captures;

    /// <summary>What the guest's NIC and the session agree on.</summary>
    public VnetState Vnet => _parts.Vnet;

    /// <summary>The NIC sets the vnet header's length.</summary>
    public void SetVnetHeaderLength(int length)
    {
        Vnet.SetHeaderLength(length);
        VnetChanged();
    }

    /// <summary>The NIC says what the guest's driver takes: L2TP_OFFLOAD_*.</summary>
    public void SetOffloads(uint offloads)
    {
        Vnet.SetOffloads(offloads);
        VnetChanged();
    }

    /// <summary>False while the kernel has no room for frames.</summary>
    public bool CanTransmit => !_queue.IsBlocked;

    /// <summary>Opens a session from what a host hands over.</summary>
    /// <param name="options">The netdev's options.</param>
    /// <param name="settings">The value of QEMU_L2TPV3, or null.</param>
    /// <param name="host">The host.</param>
    /// <returns>An open session.</returns>
    /// <exception cref="OptionException">It cannot be had. Nothing is left open.</exception>
    public static Session Open(NetdevOptions options, string? settings, Host host)
    {
        Settings own = Settings.Read(settings, options.Id);
        TunnelParameters parameters = own.Tunnel.ApplyTo(options.ToTunnelParameters());
        SocketPlan plan = SocketPlan.Make(options, parameters, own);
        DatagramSocket socket = SocketOpener.Open(plan);
        PageMemory page = PageMemory.Publish(own.StatisticsDirectory, out string problem);
        try
        {
            TellNoPage(host, problem);
            Session session = new(host, socket, plan, parameters, options.Id, page, own.Given);
            session.Captures.Start(own.Capture, host, session._name);
            InheritedSocket.Keep(socket, plan);
            return session;
        }
        catch
        {
            socket.Dispose();
            page.Dispose();
            throw;
        }
    }

    /// <summary>A frame of the guest.</summary>
    /// <returns>False when it must be offered again after ResumeGuest.</returns>
    public bool TryTransmit(GuestFrame frame) => _transmit.TryTransmit(frame);

    /// <summary>A frame without a vnet header, whatever length the NIC has set.</summary>
    /// <returns>False when it must be offered again after ResumeGuest.</returns>
    public bool TryTransmitRaw(GuestFrame frame) => _transmit.TryTransmitRaw(frame);

    /// <summary>The guest's link goes up or down.</summary>
    public void SetLink(bool up) => _receive.SetLink(up);

    /// <summary>The socket has something to read.</summary>
    public void Readable() => _receive.Read();

    /// <summary>The socket has room to write.</summary>
    public void Writable() => _queue.Resume();

    /// <summary>The bottom half.</summary>
    public void Run()
    {
        _queue.Run();
        _receive.Run();
    }

    /// <summary>The frame the host had queued has left its queue.</summary>
    public void Delivered(bool taken) => _receive.Delivered(taken);

    /// <summary>The timer.</summary>
    public void Timer()
    {
        long now = Environment.TickCount64;
        while (_parts.Alarms.TryTake(now, out Alarm alarm))
        {
            switch (alarm)
            {
                case Alarm.Info:
                    RefreshInfo();
                    break;
                case Alarm.RetryTransmit:
                    _queue.Resume();
                    break;
                case Alarm.RetryReceive:
                    _receive.Resume();
                    break;
                case Alarm.Reorder:
                    _receive.Reorder();
                    break;
                case Alarm.Connect:
                    Connect();
                    break;
                case Alarm.Log:
                    CheckLog();
                    break;
            }
        }
    }

    /// <summary>
    /// An export has caught an exception, which is a bug here. It is counted and shown by `info network`; the first one
    /// is logged.
    /// </summary>
    public void Failed(Exception exception)
    {
        _receive.Discard();
        _parts.Alarms.Set(Alarm.Info, InfoDelayMs);
        if (_parts.Counters.InternalErrors++ == 0)
        {
            _parts.Host.Report(Severity.Error, $"{_name}: internal error, please report it: {exception}");
        }
    }

    /// <summary>Sends what still waits, stops the host's watching, closes the socket, frees the memory.</summary>
    public void Dispose()
    {
        try
        {
            _queue.Flush();
        }
        finally
        {
            // In any case: the host frees what its handlers point to.
            _parts.Watch.SetRead(false);
            _parts.Watch.SetWrite(false);
            _parts.Alarms.Stop();
            _parts.PathMtu.Dispose();
            _parts.Socket.Dispose();
            _queue.Dispose();
            _receive.Dispose();
            Captures.Dispose();
            // Last: everything counts.
            Counters.Memory.Dispose();
        }
    }

    private void PeerMoved(SocketAddress peer)
    {
        _queue.SetAddress(peer);
        _parts.PathMtu.SetPeer(peer);
        _infoLine.SetPeer(peer);
        _statistics.SetPeer(peer);
        Captures.SetPeer(peer);
    }

    private static void GiveNotice(Host host, string notice)
    {
        if (notice.Length != 0 && !s_hasGivenNotice)
        {
            s_hasGivenNotice = true;
            host.Report(Severity.Information, $"l2tpv3: {notice}");
        }
    }

    private void VnetChanged()
    {
        _receive.VnetChanged();
        _parts.Alarms.Set(Alarm.Info, InfoDelayMs);
    }

    private static void TellNoPage(Host host, string problem)
    {
        if (problem.Length != 0 && !s_hasToldNoPage)
        {
            s_hasToldNoPage = true;
            host.Report(Severity.Information, $"l2tpv3: l2tpv3-stat cannot see the netdevs of this process ({problem}); QEMU_L2TPV3=stats=DIRECTORY names a place for their statistics, stats=off needs none");
        }
    }

    private void RefreshInfo()
    {
        bool mayRecover = _parts.SendHealth.Check(Counters.TransmittedFrames);
        TellRoute();
        SetInfo();
        CheckLog();
        Captures.Flush();
        if (mayRecover)
        {
            _parts.Alarms.Set(Alarm.Info, InfoDelayMs);
        }
    }

    /// <summary>The interface that was missing at start has come.</summary>
    private void TellRoute()
    {
        if (_isWithoutRoute && _parts.Socket.IsReady)
        {
            _isWithoutRoute = false;
            _parts.Host.Report(Severity.Information, $"{_name}: there is a route to the peer now");
        }
    }

    private void CheckLog()
    {
        long now = Environment.TickCount64;
        _refusedDatagrams.Check(now);
        _refusedFrames.Check(now);
        if (_refusedDatagrams.IsOpen || _refusedFrames.IsOpen)
        {
            _parts.Alarms.Set(Alarm.Log, LogDelayMs);
        }
    }

    private unsafe void SetInfo()
    {
        // SAFETY: the buffer outlives the call, and Terminate keeps its last byte for the NUL.
        byte* buffer = stackalloc byte[InfoLine.Size];
        Utf8Line line = new(new Span<byte>(buffer, InfoLine.Size));
        _infoLine.WriteTo(ref line);
        line.Terminate();
        _parts.Host.SetInfo(buffer);
        _statistics.Refresh();
    }

    private void Connect()
    {
        if (_parts.Socket.TryConnect().IsNone)
        {
            _parts.PathMtu.Refresh();
            TellRoute();
            SetInfo();
        }
        else
        {
            _parts.Alarms.Set(Alarm.Connect, ConnectDelayMs);
        }
    }
}
