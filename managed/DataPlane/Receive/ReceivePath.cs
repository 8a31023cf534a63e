// SPDX-License-Identifier: GPL-2.0-or-later
//
// Wire to guest.
//
//     FrameSource: read, open, put in order --> SegmentJoiner: join TCP segments --> GuestDelivery: deliver
//
// The path is always in one of these states:
//
//     state        what waits here              the socket     what moves it on
//     Idle         held frames, for others      watched        the socket, or the time limit of held frames
//     Delivering   -                            -              this very call
//     Draining     the rest of a batch          as before      the bottom half, which has been asked for
//     GuestFull    the rest of a batch          not watched    the guest
//     Paused       held frames, for others      not watched    the timer
//
//     state        event                                           next
//     Idle         readable: a batch was read                      Delivering
//                  readable: an error that does not pass           Paused
//                  readable: an exception                          Idle
//                  time limit: a held frame's turn has come        Delivering
//     Delivering   all is delivered                                Idle
//                  FrameBudget steps are done                      Draining
//                  the host queued a frame and takes no more       GuestFull
//                  an exception: what is left is dropped           Idle
//     Draining     bottom half                                     Delivering
//                  time limit: a held frame's turn has come        Delivering
//     GuestFull    the queued frame has left                       Draining
//     Paused       the pause is over                               Idle
//                  as in Idle: a socket event may be on its way    as in Idle
//
// An event that a state does not have changes nothing.
//
// The number of frames per call is bounded, so that a flood for one netdev does not keep the event loop from the others:
// one batch, and of that at most FrameBudget frames (with UDP_GRO a batch may hold 4096).
//
// While the guest is full, the kernel's buffer, not ours, holds what comes. Once the queued frame has left (Delivered), the
// rest follows without waiting for another datagram, but not from within Delivered itself: QEMU also calls that while it
// purges a NIC that is about to go.

using System;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Receive;

/// <summary>What a <see cref="ReceivePath"/> does; the table is at the head of the file.</summary>
internal enum ReceiveState
{
    /// <summary>It waits for the socket.</summary>
    Idle,

    /// <summary>It delivers: a call is under way.</summary>
    Delivering,

    /// <summary>The rest of a batch waits for the bottom half.</summary>
    Draining,

    /// <summary>The rest of a batch waits until the guest takes frames again.</summary>
    GuestFull,

    /// <summary>It does not read the socket for a moment, after an error that does not pass by itself.</summary>
    Paused,
}

/// <summary>The receive half of a session.</summary>
internal sealed class ReceivePath : IDisposable
{
    /// <summary>Steps per call: as many frames as virtio-net sends in one burst.</summary>
    private const int FrameBudget = 256;

    /// <summary>An error that lasts would come back at once, and keep the event loop busy.</summary>
    private const int ErrorPauseMs = 10;

    private readonly GuestPort _guest;
    private readonly FrameSource _source;
    private readonly SegmentJoiner _joiner;
    private readonly GuestDelivery _delivery;
    private readonly PathMtu _pathMtu;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;

    /// <summary>Puts the path together. It is idle, and the session begins to watch the socket.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="source">Gives the frames; owned by the path from now on.</param>
    /// <param name="joiner">Joins them; owned by the path from now on.</param>
    /// <param name="delivery">The last step; owned by the path from now on.</param>
    /// <param name="pathMtu">What the path takes whole.</param>
    /// <param name="watch">What the guest side polls the socket for.</param>
    /// <param name="alarms">The timer.</param>
    /// <param name="counters">Where it counts.</param>
    public ReceivePath(
        GuestPort guest,
        FrameSource source,
        SegmentJoiner joiner,
        GuestDelivery delivery,
        PathMtu pathMtu,
        SocketWatch watch,
        AlarmClock alarms,
        Counters counters)
    {
        _guest = guest;
        _source = source;
        _joiner = joiner;
        _delivery = delivery;
        _pathMtu = pathMtu;
        _watch = watch;
        _alarms = alarms;
        _counters = counters;
    }

    /// <summary>What it does at present.</summary>
    public ReceiveState State { get; private set; }

    /// <summary>The socket is readable.</summary>
    public void Read()
    {
        if (State is not (ReceiveState.Idle or ReceiveState.Paused))
        {
            return;
        }

        try
        {
            switch (_source.Fill())
            {
                case ReadResult.Filled:
                    _pathMtu.KeepFresh();
                    Enter(Deliver());
                    break;
                case ReadResult.LastingError:
                    Enter(ReceiveState.Paused);
                    break;
            }
        }
        catch
        {
            BeginAnew();
            throw;
        }
    }

    /// <summary>The frame that the host had queued has left its queue.</summary>
    /// <param name="refusal">Why the guest did not take it; None: it did.</param>
    public void Delivered(DropReason refusal)
    {
        if (State == ReceiveState.GuestFull)
        {
            Enter(ReceiveState.Draining);
            _counters.SetGuestFull(false);
            _delivery.CountQueued(refusal);
        }
    }

    /// <summary>The guest's link goes up or down. While it is down, frames are dropped and counted, those that wait here too.</summary>
    public void SetLink(bool up)
    {
        _counters.SetLinkDown(!up);
        int dropped = _source.SetLink(up);
        if (!up)
        {
            _counters.AddDrops(DropReason.LinkDown, dropped + _joiner.Clear());
        }
    }

    /// <summary>The NIC has set another header length or other offloads: what was joined for the old ones is void.</summary>
    public void VnetChanged() => _counters.AddDrops(DropReason.Purged, _joiner.VnetChanged());

    /// <summary>The bottom half.</summary>
    public void Run()
    {
        if (State == ReceiveState.Draining)
        {
            DeliverOrBeginAnew();
        }
    }

    /// <summary>The pause after an error is over.</summary>
    public void Resume()
    {
        if (State == ReceiveState.Paused)
        {
            Enter(ReceiveState.Idle);
        }
    }

    /// <summary>Frames that are missing have been waited for long enough.</summary>
    public void Reorder()
    {
        _source.StopWaiting();
        if (_source.IsReady && State is not (ReceiveState.GuestFull or ReceiveState.Delivering))
        {
            DeliverOrBeginAnew();
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _joiner.Dispose();
        _delivery.Dispose();
    }

    private void Enter(ReceiveState state)
    {
        State = state;
        switch (state)
        {
            case ReceiveState.Idle:
                _watch.SetRead(true);
                break;
            case ReceiveState.Draining:
                _guest.Schedule();
                break;
            case ReceiveState.GuestFull:
                _counters.SetGuestFull(true);
                _watch.SetRead(false);
                break;
            case ReceiveState.Paused:
                _watch.SetRead(false);
                _alarms.Set(Alarm.RetryReceive, ErrorPauseMs);
                break;
        }
    }

    private void DeliverOrBeginAnew()
    {
        try
        {
            Enter(Deliver());
        }
        catch
        {
            BeginAnew();
            throw;
        }
    }

    /// <summary>
    /// An exception of this path has left the batch half-way. What is in it cannot be trusted to go better next time: drop it,
    /// and go on reading. What fails elsewhere in the session leaves the batch alone.
    /// </summary>
    private void BeginAnew()
    {
        _counters.AddDrops(DropReason.Purged, _source.Discard() + _joiner.Clear());
        if (State != ReceiveState.GuestFull)
        {
            Enter(ReceiveState.Idle);
        }
    }

    /// <summary>Delivers what there is, as far as the guest takes it and one call may.</summary>
    /// <returns>The next state.</returns>
    private ReceiveState Deliver()
    {
        State = ReceiveState.Delivering;
        _delivery.Begin();
        for (int i = 0; i < FrameBudget; i++)
        {
            bool takesMore = true;
            switch (_source.Take())
            {
                case SourceStep.Frame:
                    takesMore = _joiner.TryAdd(_source);
                    break;
                case SourceStep.End when _joiner.TryGetOldest(out int oldest):
                    takesMore = _joiner.TryDeliver(oldest);
                    break;
                case SourceStep.End:
                    return ReceiveState.Idle;
            }

            if (!takesMore)
            {
                return ReceiveState.GuestFull;
            }
        }

        return ReceiveState.Draining;
    }
}
