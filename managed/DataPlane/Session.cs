// SPDX-License-Identifier: GPL-2.0-or-later
//
// Start reading here. One session is one pseudowire (RFC 3931) and one netdev: a socket, the header both ends agreed on,
// and two paths that know nothing of each other.
//
//     guest --Transmit--> TransmitPath --> TransmitBatch --sendmmsg--> socket --> peer
//     guest <--Deliver--- ReceivePath <--- ReceiveBatch <--recvmmsg--- socket <-- peer
//
// Everything of a session runs under its host's one lock, or on a thread of its own, so there is no lock here. All memory of
// the paths is native and allocated when the session opens; no frame allocates.

using System;
using System.Diagnostics.CodeAnalysis;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Properties;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.DataPlane.Upkeep;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane;

/// <summary>An open session.</summary>
internal sealed class Session : IDisposable
{
    private const int FailedAlarmDelayMs = 1000;

    private readonly GuestPort _guest;
    private readonly DatagramSocket _socket;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly PathMtu _pathMtu;
    private readonly SendHealth _sendHealth;
    private readonly SessionLog _log;
    private readonly SessionInfo _info;
    private readonly TransmitQueue _queue;
    private readonly TransmitPath _transmit;
    private readonly ReceivePath _receive;
    private readonly Roaming? _roaming;
    private readonly RouteWatch _route;
    private readonly DeviceWatch _device;
    private readonly SessionProperties _properties;
    private string _settings;
    private bool _isReleased;

    /// <summary>Puts a session together around an open socket.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="socket">Owned by the session from now on.</param>
    /// <param name="plan">What the socket is for.</param>
    /// <param name="parameters">The header.</param>
    /// <param name="id">The netdev.</param>
    /// <param name="page">Where it counts; owned by the session from now on. Null: where nobody sees it.</param>
    /// <param name="settings">What was set for it, in words.</param>
    /// <param name="captureLimits">For captures.</param>
    public Session(GuestPort guest, DatagramSocket socket, SocketPlan plan, SessionParameters parameters, string id, PageMemory? page = null, string settings = "", CaptureLimits? captureLimits = null)
    {
        _guest = guest;
        _socket = socket;
        Name = $"l2tpv3 netdev '{id}'";
        _settings = settings;
        Encapsulation encapsulation = new(parameters);
        UdpSegmentation segmentation = plan.Segmentation ? UdpSegmentation.For(plan.IsIpv6, plan.UnevenRunsOnly) : UdpSegmentation.None(plan.IsIpv6);
        _watch = new SocketWatch(guest, socket.Descriptor);
        _alarms = new AlarmClock(guest);
        _pathMtu = new PathMtu(socket, plan, segmentation, encapsulation.HeaderLength);
        try
        {
            Counters = new Counters(page ?? new PageMemory());
            Vnet = new VnetState(plan.Offload);
            Captures = new Captures(guest, Name, plan);
            _sendHealth = new SendHealth(guest, Name, Counters);
            ReceiveHealth receiveHealth = new(guest, Name, Counters);
            _route = new RouteWatch(guest, socket, _pathMtu, _alarms, Name);
            _device = new DeviceWatch(guest, socket, _pathMtu, _alarms, Name, plan.PacketSettings.Device);

            SendPolicy policy = new(socket, _pathMtu, plan);
            _queue = MakeQueue(plan, segmentation, encapsulation, policy);
            _transmit = new TransmitPath(_pathMtu, encapsulation, Vnet, _alarms, Counters, Captures, _queue, policy);

            _roaming = plan.Roams ? new Roaming(guest, Name, plan.Destination) : null;
            _receive = MakeReceivePath(plan, parameters, encapsulation, receiveHealth);

            SessionView view = new(socket, segmentation, _pathMtu, encapsulation, Vnet, Counters, _sendHealth, receiveHealth);
            _log = new SessionLog(guest, _alarms, Counters, _sendHealth, receiveHealth, Name, _roaming);
            InfoLine line = new(view, plan, parameters);
            StatisticsWriter statistics = new(view, new SocketDrops(socket, Counters), plan, parameters, id, settings);
            _info = new SessionInfo(guest, _alarms, Captures, view, line, statistics, _log, _route);
            _properties = new SessionProperties
            {
                Statistics = new StatisticsProperty(Counters, _info.Show),
                Peer = new PeerProperty(socket, plan, parameters, _queue, MovePeer),
                Cookies = new CookieProperties(encapsulation, parameters),
                Offload = new OffloadProperties(socket, plan, parameters.Carrier == Carrier.Udp, segmentation, _pathMtu, _alarms, _queue),
                Packets = new PacketProperties(socket, plan, policy),
                Captures = new CaptureProperties(Captures, captureLimits ?? new CaptureLimits()),
            };
            _info.Show();
            _watch.SetRead(true);
            Notices.TellLimits(guest, socket.Notice);
            _route.TellIfMissing(plan.Destination);
        }
        catch
        {
            // The host would call for a session that is not there. What the caller has handed over is the caller's again.
            _watch.Stop();
            _alarms.Stop();
            _pathMtu.Dispose();
            throw;
        }
    }

    /// <summary>The netdev, as log lines name it.</summary>
    public string Name { get; }

    /// <summary>What the session has done so far.</summary>
    public Counters Counters { get; }

    /// <summary>Which of the two calls for many messages this process may not make.</summary>
    public RefusedCalls RefusedCalls => _socket.RefusedCalls;

    /// <summary>Where its frames can be watched.</summary>
    public Captures Captures { get; }

    /// <summary>What the guest's NIC and the session agree on.</summary>
    public VnetState Vnet { get; }

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

    /// <summary>False while the kernel takes no frames. Offer none then but those that are thrown away otherwise.</summary>
    public bool CanTransmit => !_queue.IsBlocked;

    /// <summary>A frame of the guest.</summary>
    /// <returns>False when it must be offered again after ResumeGuest.</returns>
    public bool TryTransmit(in GuestFrame frame) => _transmit.TryTransmit(frame);

    /// <summary>A frame without a vnet header, whatever length the NIC has set.</summary>
    /// <returns>False when it must be offered again after ResumeGuest.</returns>
    public bool TryTransmitRaw(in GuestFrame frame) => _transmit.TryTransmitRaw(frame);

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
    /// <param name="refusal">Why the guest did not take it; None: it did.</param>
    public void Delivered(DropReason refusal) => _receive.Delivered(refusal);

    /// <summary>The timer.</summary>
    public void Timer()
    {
        long now = Environment.TickCount64;
        while (_alarms.TryTake(now, out Alarm alarm))
        {
            try
            {
                Ring(alarm);
            }
            catch
            {
                // It had something to do, and others wait for the same timer.
                _alarms.Set(alarm, FailedAlarmDelayMs);
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
        bool isFirst = _isReleased || Counters.InternalErrors++ == 0;
        if (!_isReleased)
        {
            _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        }

        if (isFirst)
        {
            _guest.Report(Severity.Error, $"{Name}: internal error, please report it: {exception}");
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
            _watch.Stop();
            _alarms.Stop();
            _pathMtu.Dispose();
            _socket.Dispose();
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
    public string? GetProperty(string name) => PropertyTable.Find(name)?.Get?.Invoke(_properties);

    /// <summary>Changes a property.</summary>
    /// <exception cref="OptionException">It cannot be changed so. All is as before.</exception>
    public void SetProperty(string name, string value)
    {
        Property? property = PropertyTable.Find(name);
        Action<SessionProperties, string> set = property?.Set ?? throw new OptionException($"{name} is nothing that can be set", LinuxConstants.ENOENT);
        set(_properties, value);
        _settings = property.Setting is { IsSecret: false } ? SettingsReader.Replace(_settings, name, value) : _settings;
        _info.SetSettings(_settings, _properties.Cookies.HasSecond);
    }

    private TransmitQueue MakeQueue(SocketPlan plan, UdpSegmentation segmentation, Encapsulation encapsulation, SendPolicy policy)
    {
        TransmitBatch batch = new(_socket.IsConnected ? null : plan.Destination, segmentation, plan.IsIpv6);
        TurnBudget budget = new();
        BatchSender sender = new(_socket, segmentation, _pathMtu, encapsulation, Counters, _sendHealth, Captures, policy, batch, budget);
        return new TransmitQueue(_guest, segmentation, _watch, _alarms, Counters, batch, sender, budget);
    }

    private ReceivePath MakeReceivePath(SocketPlan plan, SessionParameters parameters, Encapsulation encapsulation, ReceiveHealth receiveHealth)
    {
        SocketReader reader = new(_socket, _pathMtu, _alarms, Counters, _sendHealth, receiveHealth, plan);
        ReceiveBatch batch = new(Counters, plan.Roams ? plan.Destination.Bytes.Length : 0);
        FrameSequence? sequence = parameters.ReceiveSequence ? new FrameSequence(encapsulation, _alarms, Counters, parameters.ReorderWindow) : null;
        FrameSource source = new(reader, batch, encapsulation, sequence, _roaming, PeerMoved, Counters, Captures);
        GuestDelivery delivery = new(_guest, Vnet, Counters, Captures);
        return new ReceivePath(_guest, source, new SegmentJoiner(delivery, _pathMtu, Vnet), delivery, _pathMtu, _watch, _alarms, Counters);
    }

    /// <summary>The user has given another peer.</summary>
    private void MovePeer(SocketAddress peer)
    {
        _roaming?.Set(peer);
        PeerMoved(_roaming?.Peer ?? peer);
        _guest.Report(Severity.Information, $"{Name}: the peer is {peer} now");
        _route.TellIfMissing(peer);
    }

    private void PeerMoved(SocketAddress peer)
    {
        _properties.Peer.HasMoved(peer);
        if (!_socket.IsConnected)
        {
            _queue.SetAddress(peer);
        }

        _pathMtu.SetPeer(peer);
        _info.SetPeer(peer);
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
            case Alarm.Coalescing:
                _properties.Offload.EndCoalescing();
                break;
            case Alarm.Log:
                _log.Check();
                break;
        }
    }

    private void VnetChanged()
    {
        _receive.VnetChanged();
        _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
    }
}
