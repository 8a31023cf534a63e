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
using System.Diagnostics.CodeAnalysis;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Live;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane;

/// <summary>An open session.</summary>
internal sealed class Session : IDisposable
{
    private const int FailedAlarmDelayMs = 1000;

    private readonly SessionParts _parts;
    private readonly string _name;
    private readonly SessionLog _log;
    private readonly InfoLine _infoLine;
    private readonly StatisticsWriter _statistics;
    private readonly SessionInfo _info;
    private readonly TransmitQueue _queue;
    private readonly TransmitPath _transmit;
    private readonly ReceivePath _receive;
    private readonly Roaming? _roaming;
    private readonly RouteWatch _route;
    private readonly DeviceWatch _device;
    private readonly LiveSession _live;
    private string _settings;
    private bool _isReleased;

    /// <summary>Puts a session together around an open socket.</summary>
    /// <param name="host">The host.</param>
    /// <param name="socket">Owned by the session from now on.</param>
    /// <param name="plan">What the socket is for.</param>
    /// <param name="parameters">The header.</param>
    /// <param name="id">The netdev.</param>
    /// <param name="page">Where it counts; owned by the session from now on. Null: where nobody sees it.</param>
    /// <param name="settings">What was set for it, in words.</param>
    /// <param name="captureLimits">For captures.</param>
    public Session(Host host, DatagramSocket socket, SocketPlan plan, SessionParameters parameters, string id, PageMemory? page = null, string settings = "", CaptureLimits? captureLimits = null)
    {
        _name = $"l2tpv3 netdev '{id}'";
        _settings = settings;
        Encapsulation encapsulation = new(parameters);
        UdpSegmentation segmentation = plan.Segmentation ? UdpSegmentation.For(plan.IsIpv6, plan.UnevenRunsOnly) : UdpSegmentation.None(plan.IsIpv6);
        SocketWatch watch = new(host, socket.Descriptor);
        AlarmClock alarms = new(host);
        PathMtu pathMtu = new(socket, plan, segmentation, encapsulation.HeaderLength);
        try
        {
            Counters counters = new(page ?? new PageMemory());
            _parts = new SessionParts(
                host,
                socket,
                segmentation,
                pathMtu,
                encapsulation,
                new VnetState(plan.Offload),
                watch,
                alarms,
                counters,
                new SendHealth(host, _name, counters),
                new ReceiveHealth(host, _name, counters),
                new Captures(host, _name, plan));
            _route = new RouteWatch(_parts, _name);
            _device = new DeviceWatch(_parts, _name, plan.PacketSettings.Device);
            SendKinds kinds = new(_parts, plan);
            _queue = new TransmitQueue(_parts, kinds, socket.IsConnected ? null : plan.Destination, plan.IsIpv6);
            _transmit = new TransmitPath(_parts, _queue, kinds);
            FrameSequence? sequence = parameters.ReceiveSequence ? new FrameSequence(_parts, parameters.ReorderWindow) : null;
            _roaming = plan.Roams ? new Roaming(host, _name, plan.Destination) : null;
            _receive = new ReceivePath(_parts, plan, sequence, _roaming, PeerMoved);
            _log = new SessionLog(_parts, _name, _roaming);
            _infoLine = new InfoLine(_parts, plan, parameters);
            _statistics = new StatisticsWriter(_parts, new SocketDrops(_parts), plan, parameters, id, settings);
            _info = new SessionInfo(_parts, _infoLine, _statistics, _log, _route);
            _live = new LiveSession(_parts, plan, parameters, _queue, kinds, captureLimits ?? new CaptureLimits(), MovePeer, _info.Show);
            _info.Show();
            watch.SetRead(true);
            HostNotices.TellLimits(host, socket.Notice);
            _route.TellIfMissing(plan.Destination);
        }
        catch
        {
            // The host would call for a session that is not there. What the caller has handed over is the caller's again.
            watch.Stop();
            alarms.Stop();
            pathMtu.Dispose();
            throw;
        }
    }

    /// <summary>What the session has done so far.</summary>
    public Counters Counters => _parts.Counters;

    /// <summary>Which of the two calls for many messages this process may not make.</summary>
    public RefusedCalls RefusedCalls => _parts.Socket.RefusedCalls;

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
        ManagedHeap.CheckRoom();
        Settings own = Settings.Read(settings, options.Id);
        SessionParameters parameters = own.Header.ApplyTo(options.ToSessionParameters());
        SocketPlan plan = SocketPlan.Make(options, parameters, own);
        using BlockScope blocks = BlockScope.Begin();
        DatagramSocket socket = SocketOpener.Open(plan);
        PageMemory? page = null;
        Session? session = null;
        try
        {
            page = PageMemory.Publish(own.StatisticsDirectory, out string problem);
            HostNotices.TellNoPage(host, problem);
            session = new Session(host, socket, plan, parameters, options.Id, page, own.Given, own.Capture.Limits);
            HostNotices.TellReservedSession(host, session._name, parameters);
            session.Captures.Start(own.Capture, host, session._name);
            InheritedSocket.Keep(socket, plan);
            BlockScope.Keep();
            return session;
        }
        catch
        {
            if (session is not null)
            {
                session.Abandon();
            }
            else
            {
                socket.Dispose();
                page?.Dispose();
            }

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
        try
        {
            _queue.Run();
        }
        finally
        {
            // It has asked for this turn, too, and asks for no other before it has come.
            _receive.Run();
        }
    }

    /// <summary>The frame the host had queued has left its queue.</summary>
    public void Delivered(bool taken) => _receive.Delivered(taken);

    /// <summary>The timer.</summary>
    public void Timer()
    {
        long now = Environment.TickCount64;
        while (_parts.Alarms.TryTake(now, out Alarm alarm))
        {
            try
            {
                Ring(alarm);
            }
            catch
            {
                // It had something to do, and others wait for the same timer.
                _parts.Alarms.Set(alarm, FailedAlarmDelayMs);
                throw;
            }
        }
    }

    /// <summary>
    /// An export has caught an exception, which is a bug here. It is counted and shown by `info network`; the first one
    /// is logged.
    /// </summary>
    public void Failed(Exception exception)
    {
        // While it closes there is nothing left that could count, or be shown.
        bool isFirst = _isReleased || _parts.Counters.InternalErrors++ == 0;
        if (!_isReleased)
        {
            _parts.Alarms.Set(Alarm.Info, SessionInfo.DelayMs);
        }

        if (isFirst)
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
            Release();
        }
    }

    /// <summary>
    /// The same for a session that nobody has got, since what followed its making has failed: it has nothing to send, and why it
    /// failed is what its caller wants to hear.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Another exception is under way.")]
    public void Abandon()
    {
        try
        {
            Release();
        }
        catch (Exception)
        {
            // Everything that can be released has been.
            return;
        }
    }

    /// <summary>In any case: the host frees what its handlers point to. First what needs no memory, and so does not fail.</summary>
    private void Release()
    {
        try
        {
            _parts.Watch.Stop();
            _parts.Alarms.Stop();
            _parts.PathMtu.Dispose();
            _parts.Socket.Dispose();
            _queue.Dispose();
            _receive.Dispose();
            Captures.Dispose();
        }
        finally
        {
            // Last: everything counts.
            _isReleased = true;
            Counters.Memory.Dispose();
        }
    }

    /// <summary>A property's value as text; null: there is none of this name, or nobody may read it.</summary>
    public string? GetProperty(string name) => Properties.Find(name)?.Get?.Invoke(_live);

    /// <summary>Changes a property.</summary>
    /// <exception cref="OptionException">It cannot be changed so. All is as before.</exception>
    public void SetProperty(string name, string value)
    {
        Action<LiveSession, string> set = Properties.Find(name)?.Set ?? throw new OptionException($"{name} is nothing that can be set", LinuxConstants.ENOENT);
        set(_live, value);
        _settings = Properties.IsSetting(name) ? Settings.Replace(_settings, name, value) : _settings;
        _statistics.SetSettings(_settings, _live.HasSecondCookie);
        _info.Show();
    }

    /// <summary>The user has given another peer.</summary>
    private void MovePeer(SocketAddress peer)
    {
        _roaming?.Set(peer);
        PeerMoved(_roaming?.Peer ?? peer);
        _parts.Host.Report(Severity.Information, $"{_name}: the peer is {peer} now");
        _route.TellIfMissing(peer);
    }

    private void PeerMoved(SocketAddress peer)
    {
        _live.PeerHasMoved(peer);
        if (!_parts.Socket.IsConnected)
        {
            _queue.SetAddress(peer);
        }

        _parts.PathMtu.SetPeer(peer);
        _infoLine.SetPeer(peer);
        _statistics.SetPeer(peer);
        Captures.SetPeer(peer);
    }

    private void Ring(Alarm alarm)
    {
        switch (alarm)
        {
            case Alarm.Info:
                _info.Refresh();
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
            case Alarm.Connect when _route.TryAgain():
                _info.Show();
                break;
            case Alarm.Device:
                _device.Check();
                break;
            case Alarm.Log:
                _log.Check();
                break;
        }
    }

    private void VnetChanged()
    {
        _receive.VnetChanged();
        _parts.Alarms.Set(Alarm.Info, SessionInfo.DelayMs);
    }
}
