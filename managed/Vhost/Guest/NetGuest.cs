// SPDX-License-Identifier: GPL-2.0-or-later
//
// The guest side of a session: l2tp_host of l2tp_plane.h over two virtqueues, and the session's wishes until the loop comes to them.
//
//     turn:  kicks, messages, the socket (by the loop) --> waiting frame --> transmit queue, portion by portion --> timer --> bottom half --> publish
//     portion:  chains --> bottom half, which sends them --> publish
//
// The session calls these functions from inside of its own, so they note what is to be done and do it in the turn.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;

namespace L2tpv3.Vhost.Guest;

/// <summary>What a session has instead of a net client of QEMU.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves a C function ends the process.")]
internal sealed unsafe class NetGuest : IDisposable
{
    private const long Never = long.MaxValue;

    /// <summary>
    /// The session has a budget for what is sent, anew for each portion; one that spends it is the turn's last. This bounds the others: a guest may refill
    /// its ring for ever.
    /// </summary>
    private const int PortionsPerTurn = 8;

    private readonly Poller _poller;
    private readonly ulong _socketToken;
    private readonly EventLog _log;
    private readonly Signaller _signaller = new();
    private GCHandle _self;
    private Session? _session;
    private int _watched = -1;
    private bool _isScheduled;
    private long _timer = Never;

    /// <summary>Makes a guest without a session, whose queues are stopped.</summary>
    /// <param name="poller">Watches kicks and the session's socket.</param>
    /// <param name="transmitToken">The token of transmit kicks.</param>
    /// <param name="receiveToken">The token of receive kicks.</param>
    /// <param name="socketToken">The token of the session's socket.</param>
    /// <param name="log">The program's log.</param>
    public NetGuest(Poller poller, ulong transmitToken, ulong receiveToken, ulong socketToken, EventLog log)
    {
        _poller = poller;
        _socketToken = socketToken;
        _log = log;
        ReceiveQueue = new Virtqueue("receive", Memory, isWritten: true, poller, receiveToken, _signaller, log);
        TransmitQueue = new Virtqueue("transmit", Memory, isWritten: false, poller, transmitToken, _signaller, log);
        Receive = new ReceiveSide(ReceiveQueue, log);
        Transmit = new TransmitSide(TransmitQueue);
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The guest's memory.</summary>
    public MemoryTable Memory { get; } = new();

    /// <summary>Virtqueue 0.</summary>
    public Virtqueue ReceiveQueue { get; }

    /// <summary>Virtqueue 1.</summary>
    public Virtqueue TransmitQueue { get; }

    public ReceiveSide Receive { get; }

    public TransmitSide Transmit { get; }

    /// <summary>A front-end is connected.</summary>
    public bool IsConnected { get; set; }

    /// <summary>The session; set once, when it is open.</summary>
    public Session Session
    {
        get => _session ?? throw new InvalidOperationException("no session");
        set => _session = value;
    }

    /// <summary>Ends the session: it sends what still waits.</summary>
    public void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>The function table, as a session takes it.</summary>
    public GuestPort Port => new(new l2tp_host
    {
        opaque = (void*)GCHandle.ToIntPtr(_self),
        deliver = &Deliver,
        describe_guest = &DescribeGuest,
        watch = &Watch,
        schedule = &Schedule,
        set_timer = &SetTimer,
        resume_guest = &ResumeGuest,
        set_info = &SetInfo,
        report = &Report,
    });

    /// <summary>How long the loop may wait for events: milliseconds; -1: for ever.</summary>
    public int WaitMs
    {
        get
        {
            if (_isScheduled || Transmit.IsAwake || Receive.IsAwake)
            {
                return 0;
            }

            return _timer == Never ? -1 : (int)Math.Clamp(_timer - Environment.TickCount64, 0, int.MaxValue);
        }
    }

    /// <summary>There may be something to do that nobody kicks for.</summary>
    public void Wake()
    {
        Transmit.Wake();
        Receive.Wake();
    }

    /// <summary>What is to be done after the events of this turn.</summary>
    public void RunTurn()
    {
        Session session = Session;
        DropWaitingIfClosed(session);
        RunWaiting(session);
        RunTransmit(session);
        if (_timer != Never && _timer <= Environment.TickCount64)
        {
            _timer = Never;
            Try(session, static session => session.Timer());
        }

        RunBottomHalf(session);
        Publish();
    }

    /// <summary>The session's socket is readable or writable.</summary>
    public void HandleSocket(uint events)
    {
        if ((events & VhostConstants.EPOLLOUT) != 0)
        {
            Try(Session, static session => session.Writable());
        }

        if ((events & ~(uint)VhostConstants.EPOLLOUT) != 0)
        {
            Try(Session, static session => session.Readable());
        }
    }

    /// <summary>What was used is the guest's. Before anything that may change its memory or its rings.</summary>
    public void Publish()
    {
        ReceiveQueue.Publish();
        TransmitQueue.Publish();
    }

    /// <summary>The front-end has gone: both queues stop, and its memory goes.</summary>
    public void Reset()
    {
        Publish();
        ReceiveQueue.Reset();
        TransmitQueue.Reset();
        Receive.Log = null;
        Memory.Dispose();
    }

    public void Dispose()
    {
        Reset();
        ReceiveQueue.Dispose();
        TransmitQueue.Dispose();
        Receive.Dispose();
        Transmit.Dispose();
        _signaller.Dispose();
        _self.Free();
    }

    private static NetGuest Get(void* opaque) => Unsafe.As<NetGuest>(GCHandle.FromIntPtr((nint)opaque).Target!); // SAFETY: only Port makes such handles.

    /// <summary>What fails in the session is counted and told there, and the program goes on.</summary>
    private static void Try(Session session, Action<Session> action)
    {
        try
        {
            action(session);
        }
        catch (Exception exception)
        {
            session.Failed(exception);
        }
    }

    /// <summary>The queue has stopped, is disabled or broken: the frame that waits for it would wait for ever, and all behind it.</summary>
    private void DropWaitingIfClosed(Session session)
    {
        if (Receive.IsWaiting && !ReceiveQueue.IsOpen)
        {
            Receive.Drop();
            Try(session, static session => session.Delivered(DropReason.LinkDown));
        }
    }

    private void RunTransmit(Session session)
    {
        bool isMore = true;
        for (int portion = 0; isMore && portion < PortionsPerTurn && Transmit.IsAwake; portion++)
        {
            isMore = Transmit.Run(session);
            RunBottomHalf(session);
            TransmitQueue.Publish();
        }
    }

    private void RunBottomHalf(Session session)
    {
        if (_isScheduled)
        {
            _isScheduled = false;
            Try(session, static session => session.Run());
        }
    }

    private void RunWaiting(Session session)
    {
        if (Receive.IsAwake && Receive.RunWaiting() is var delivery and not Delivery.Full)
        {
            Try(session, delivery switch
            {
                Delivery.Written => static session => session.Delivered(DropReason.None),
                Delivery.TooLarge => static session => session.Delivered(DropReason.TooLargeForGuest),
                _ => static session => session.Delivered(DropReason.LinkDown),
            });
        }
    }

    private void Rewatch(int descriptor, uint interest)
    {
        uint events = ((interest & PlaneConstants.L2TP_WATCH_READ) != 0 ? VhostConstants.EPOLLIN : 0u)
            | ((interest & PlaneConstants.L2TP_WATCH_WRITE) != 0 ? VhostConstants.EPOLLOUT : 0u);
        if (events == 0 && _watched >= 0)
        {
            // Left there, it would still tell of errors.
            _poller.Remove(_watched);
            _watched = -1;
        }
        else if (events != 0 && _watched == descriptor)
        {
            _poller.Change(descriptor, events, _socketToken);
        }
        else if (events != 0)
        {
            _poller.Add(descriptor, events, _socketToken);
            _watched = descriptor;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Deliver(void* opaque, byte* frame, nuint size)
    {
        NetGuest guest = Get(opaque);
        try
        {
            return guest.Receive.Deliver(frame, (int)size, guest.Session.Vnet.HeaderLength) switch
            {
                Delivery.Written => (nint)size,
                Delivery.Full => 0,
                Delivery.TooLarge => -LinuxConstants.EMSGSIZE,
                _ => -LinuxConstants.ENETDOWN,
            };
        }
        catch (Exception exception)
        {
            guest._session?.Failed(exception);
            return (nint)size;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint DescribeGuest(void* opaque)
    {
        NetGuest guest = Get(opaque);
        return !guest.IsConnected ? PlaneConstants.L2TP_GUEST_NO_NIC : guest.ReceiveQueue.IsOpen ? 0 : PlaneConstants.L2TP_GUEST_LINK_DOWN;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Watch(void* opaque, int fd, uint interest)
    {
        NetGuest guest = Get(opaque);
        try
        {
            guest.Rewatch(fd, interest);
        }
        catch (Exception exception)
        {
            guest._log.Error($"the socket cannot be watched: {exception.Message}");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Schedule(void* opaque) => Get(opaque)._isScheduled = true;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetTimer(void* opaque, long delayMs) => Get(opaque)._timer = delayMs < 0 ? Never : Environment.TickCount64 + delayMs;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ResumeGuest(void* opaque) => Get(opaque).Transmit.Resume();

    /// <summary>Nobody reads this line: the statistics page says the same.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetInfo(void* opaque, byte* text)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Report(void* opaque, int severity, byte* text)
    {
        try
        {
            Get(opaque)._log.Relay((Severity)severity, Marshal.PtrToStringUTF8((nint)text) ?? string.Empty);
        }
        catch (Exception)
        {
            // The log is closed, and there is nobody else to tell.
            return;
        }
    }
}
