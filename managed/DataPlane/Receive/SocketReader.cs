// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Receive;

/// <summary>What came of reading a batch.</summary>
internal enum ReadResult
{
    /// <summary>The batch holds datagrams.</summary>
    Filled,

    /// <summary>There was nothing, or an error that is over now.</summary>
    Nothing,

    /// <summary>An error that would come back at once, for as long as its cause lasts: pause.</summary>
    LastingError,
}

/// <summary>
/// Fills batches from the socket, and knows which errors of recvmmsg(2) are about something else.
/// </summary>
internal sealed class SocketReader
{
    private const int EmptyReadLimit = 16;

    private readonly DatagramSocket _socket;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly SendHealth _health;
    private readonly ReceiveHealth _receiveHealth;
    private readonly PathMtu _pathMtu;
    private readonly ReceiveBuffer _buffer;
    private int _emptyReads;
    private bool _toldShutdown;

    public SocketReader(DatagramSocket socket, PathMtu pathMtu, AlarmClock alarms, Counters counters, SendHealth sendHealth, ReceiveHealth receiveHealth, SocketPlan plan)
    {
        _socket = socket;
        _alarms = alarms;
        _counters = counters;
        _health = sendHealth;
        _receiveHealth = receiveHealth;
        _pathMtu = pathMtu;
        _buffer = new ReceiveBuffer(socket.Descriptor, plan);
    }

    /// <summary>
    /// Reads a batch. An ICMP error that an earlier send caused arrives here when reading comes before the next send (udp(7)):
    /// always, when the guest sends a frame now and then. It is a send error, told once, and what waits behind it is read at
    /// once: who can forge ICMP must not be able to stop the reading.
    /// </summary>
    /// <param name="batch">An empty batch.</param>
    /// <returns>What came of it; an error has been counted.</returns>
    public ReadResult Fill(ReceiveBatch batch)
    {
        int received = Receive(batch, out Errno error);
        if (received == 0 && error.IsFromIcmp)
        {
            _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
            _counters.SendErrors++;
            _health.Failed(error);
            _pathMtu.Refresh();
            received = Receive(batch, out error);
        }

        if (received == 0)
        {
            return Failed(error);
        }

        batch.Filled(received);
        _emptyReads = 0;
        _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        _counters.AddReceiveCall(received);
        _buffer.BatchRead(isFull: received == ReceiveBatch.MaximumMessages);
        return ReadResult.Filled;
    }

    private unsafe int Receive(ReceiveBatch batch, out Errno error)
    {
        int count = batch.PreferredMessages;
        return _socket.Receive(batch.Arm(count), count, out error);
    }

    private ReadResult Failed(Errno error)
    {
        if (error.IsWouldBlock)
        {
            return EmptyRead();
        }

        if (error.IsInterrupted || error.IsFromIcmp)
        {
            return ReadResult.Nothing;
        }

        _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        _counters.ReceiveErrors++;
        _receiveHealth.Failed(error);
        return ReadResult.LastingError;
    }

    /// <summary>
    /// Readable, and nothing to read: a datagram with a wrong checksum, now and then. A socket that somebody else has shut down
    /// (shutdown(2)) is so for ever, and one with something in its error queue until that is read. What still comes is read
    /// after each pause.
    /// </summary>
    private ReadResult EmptyRead()
    {
        if (++_emptyReads < EmptyReadLimit)
        {
            return ReadResult.Nothing;
        }

        _emptyReads = 0;
        _socket.ClearErrorQueue();
        if (!_toldShutdown && _socket.IsShutDown)
        {
            _toldShutdown = true;
            _health.TellShutdown();
        }

        return ReadResult.LastingError;
    }
}
