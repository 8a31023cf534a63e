// SPDX-License-Identifier: GPL-2.0-or-later
//
// The model: a guest, a host and a peer that know what l2tp_plane.h promises them.
//
//     transmit     taken: on the wire, once, in order, at the latest when the burst is over; refused: only by a session that says
//                  so, that waits for the socket, and that tells when it takes frames again
//     deliver      never while the guest is full; with the vnet header of this moment; in order within a connection
//     every call   leaves the session waiting for the socket, the bottom half or the guest: never for nothing
//     close        all that was taken is sent, as far as the socket takes it; nothing is watched any more

using System.Net.Sockets;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>One session, from open to close.</summary>
internal sealed class CallCase : IDisposable
{
    private const int SendBuffer = 70_000;

    private readonly Choices _choices;
    private readonly FakeHost _host = new();
    private readonly Socket _peer;
    private readonly PlaneSession _session;
    private readonly CallGuest _guest;
    private readonly CallPeer _wire;

    public CallCase(Choices choices)
    {
        _choices = choices;
        SessionParameters parameters = SessionChoices.Any(choices) with { ReceiveSequence = false, ReorderWindow = 0 };
        (int descriptor, _peer) = SystemCalls.UnixPair(SendBuffer);
        _peer.Blocking = false;
        _session = PlaneSession.Around(descriptor, _host, parameters);
        _guest = new CallGuest(choices, _host, _session);
        _wire = new CallPeer(choices, parameters, _peer);
    }

    /// <summary>One call, or something that another one does meanwhile.</summary>
    public void Call()
    {
        switch (_choices.Below(21))
        {
            case < 5:
                _guest.Transmit(_wire);
                break;
            case < 9:
                _wire.Send(_guest);
                break;
            case 9:
                _session.Run();
                break;
            case 10 or 11:
                _session.Readable();
                break;
            case 12:
                _wire.Drain();
                Check.That(_wire.Waiting == 0 || _host.IsScheduled || _host.WatchesWrite, "a frame was taken, and waits for nothing");
                break;
            case 13:
                _session.Writable();
                break;
            case 14:
                _session.Timer();
                break;
            case 15:
                _guest.Delivered();
                break;
            case 16:
                _guest.FillUp();
                break;
            case 17:
                _session.SetLink(up: !_choices.OneIn(3));
                break;
            case 18:
                _guest.SetVnet();
                break;
            case 19:
                _wire.Reconfigure(_session);
                break;
            default:
                _session.RunIfScheduled();
                break;
        }

        CheckPromises();
    }

    /// <summary>The event loop goes round until there is nothing left to do; then everything must be somewhere.</summary>
    public void Settle()
    {
        while (_guest.IsFull || _host.IsScheduled || _host.WatchesWrite || SystemCalls.IsReadable(_host.WatchedDescriptor, TimeSpan.Zero))
        {
            if (_guest.IsFull)
            {
                _guest.Delivered();
            }

            _session.RunIfScheduled();
            _wire.Drain();
            if (_host.WatchesWrite)
            {
                _session.Writable();
            }

            _session.Readable();
            CheckPromises();
        }

        _wire.Drain();
        _wire.End(_session.Counters);
        _guest.End();
    }

    /// <summary>The netdev goes away, whatever it is doing.</summary>
    public void Close(Tally tally)
    {
        if (_choices.OneIn(3))
        {
            Settle();
        }

        _wire.Drain();
        bool fits = _wire.IsLittle && _session.CanTransmit;
        int frames = _host.FrameCount;
        ulong received = _session.Counters.ReceivedFrames;
        ulong drops = _session.Counters.TotalDrops(out _);
        _session.Close();
        Check.That(_host.Interest == 0 && _host.TimerMs < 0, "a closed session still waits for something");
        Check.That(_host.FrameCount == frames, "a frame was delivered by close");
        _wire.Drain();
        Check.That(!fits || _wire.Waiting == 0, "a frame was taken, and lost by close");
        tally.Frames += (long)(received + drops) + _wire.Arrived;
        tally.Delivered += (long)received + _wire.Arrived;
        tally.Dropped += (long)drops;
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    private void CheckPromises()
    {
        _guest.Look();
        Check.Equal(0, _session.Counters.InternalErrors);
        Check.That(_session.CanTransmit != _host.WatchesWrite, "blocked, and not waiting for the socket, or the other way round");
        Check.That(!_guest.IsFull || !_host.WatchesRead, "the socket is read for a guest that is full");
        Check.That(_guest.IsFull || _host.IsScheduled || _host.WatchesRead, "nobody reads the socket");
        Check.That(!_guest.Waits || _host.IsScheduled || _host.WatchesWrite, "a frame was refused, and nobody will say when it is taken");
        ReceiveModel.CheckState(_session, _guest.IsFull);
        TransmitModel.CheckState(_session);
    }
}
