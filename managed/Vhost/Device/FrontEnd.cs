// SPDX-License-Identifier: GPL-2.0-or-later
//
// One front-end (a VMM), from its connection to its end: what it has negotiated, and what each of its requests does.
//
//     usual order: features, protocol features, owner, memory, then for each queue size, base, addresses, kick, call, enable
//
// Requests are handled between two turns, when nothing of a ring is half-way; what is used is published first. So memory can be unmapped as soon as the
// new one is there, and GET_VRING_BASE has nothing to settle.

using System;
using L2tpv3.DataPlane.Log;
using L2tpv3.Vhost.Guest;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Protocol;

namespace L2tpv3.Vhost.Device;

/// <summary>The other end of a connection.</summary>
internal sealed class FrontEnd : IDisposable
{
    private const ulong MaximumLog = 1UL << 40;
    private const ulong SmallestMtu = 68;

    private readonly MessageChannel _channel;
    private readonly NetGuest _guest;
    private readonly EventLog _log;
    private readonly LogAllowance _refusals;
    private readonly InflightFile _inflight = new();
    private readonly MemoryRequests _memory;
    private readonly QueueRequests _queues;
    private readonly SharedMemoryCheck _sharing;
    private ProtocolFeatures _protocol;
    private Features _features;
    private DirtyLog? _dirty;
    private ulong _status;

    /// <summary>Begins with a connected socket.</summary>
    /// <param name="channel">The socket; the front-end's from now on.</param>
    /// <param name="guest">What its requests are about.</param>
    /// <param name="log">The program's log.</param>
    /// <param name="refusals">For lines about what a front-end does wrong; of all front-ends, for whoever may connect may connect often.</param>
    public FrontEnd(MessageChannel channel, NetGuest guest, EventLog log, LogAllowance refusals)
    {
        _channel = channel;
        _guest = guest;
        _log = log;
        _refusals = refusals;
        _memory = new MemoryRequests(guest);
        _queues = new QueueRequests(guest, _inflight);
        _sharing = new SharedMemoryCheck(guest, log, refusals);
        guest.IsConnected = true;
    }

    /// <summary>What to poll.</summary>
    public int Descriptor => _channel.Descriptor;

    /// <summary>Memory that it has given was cut off.</summary>
    public bool HasLostMemory => _guest.Memory.IsLost || _dirty?.IsLost == true || _inflight.IsLost;

    /// <summary>Handles messages that are there.</summary>
    /// <param name="most">At most so many.</param>
    /// <returns>Why the connection ends; null: it goes on; empty: the front-end has closed it.</returns>
    public string? Handle(int most)
    {
        try
        {
            for (int i = 0; i < most && _channel.TryReceive(out Message message); i++)
            {
                _guest.Publish();
                Handle(message);
            }

            return _channel.HasEnded ? string.Empty : null;
        }
        catch (ProtocolException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The connection ends.</summary>
    public void Dispose()
    {
        _guest.IsConnected = false;
        _guest.Reset();
        _dirty?.Dispose();
        _inflight.Dispose();
        _channel.Dispose();
    }

    private void Handle(Message message)
    {
        bool wantsReply = message.WantsReply && _protocol.HasFlag(ProtocolFeatures.ReplyAck);
        try
        {
            if (Answer(message) || !wantsReply)
            {
                return;
            }
        }
        catch (Exception exception) when (wantsReply && exception is ProtocolException or SystemCallException)
        {
            if (_refusals.TryTake(Environment.TickCount64))
            {
                _log.Warning($"{message.Request} is refused: {exception.Message}");
            }

            _channel.Reply(message.Request, 1);
            return;
        }
        catch (SystemCallException exception)
        {
            throw new ProtocolException($"{message.Request}: {exception.Message}", exception);
        }

        _channel.Reply(message.Request, 0);
    }

    /// <summary>Does what a request asks for.</summary>
    /// <returns>True when it has been answered, too.</returns>
    private bool Answer(Message message)
    {
        switch (message.Request)
        {
            case Request.GetFeatures:
                return Reply(message, Features.Offered(_guest.Session.Vnet.IsOffered));
            case Request.GetProtocolFeatures:
                return Reply(message, (ulong)ProtocolFeatures.All);
            case Request.GetQueueNumber:
                return Reply(message, 1);
            case Request.GetMaximumMemorySlots:
                return Reply(message, MemoryTable.MaximumRegions);
            case Request.GetStatus:
                return Reply(message, _status);
            case Request.GetVringBase:
                return Reply(message, _queues.Stop(message));
            case Request.GetInflightDescriptor:
                return ReplyInflight(message);
            case Request.SetLogBase:
                SetLog(message);
                return _protocol.HasFlag(ProtocolFeatures.LogFile) && Reply(message, 0);
            default:
                Do(message);
                return false;
        }
    }

    private void Do(Message message)
    {
        switch (message.Request)
        {
            case Request.SetFeatures:
                SetFeatures(message);
                break;
            case Request.SetProtocolFeatures:
                SetProtocolFeatures(message);
                break;
            case Request.SetOwner or Request.SetLogDescriptor:
                // Nobody waits for the descriptor: QEMU looks at the log when it wants to.
                break;
            case Request.ResetOwner:
                _guest.ReceiveQueue.IsEnabled = false;
                _guest.TransmitQueue.IsEnabled = false;
                break;
            case Request.SetStatus:
                message.CheckSize(sizeof(ulong));
                _status = message.Payload64(0);
                break;
            case Request.SetMtu:
                CheckMtu(message);
                break;
            case Request.SendRarp:
                Announcement.Send(_guest.Session, message);
                break;
            case Request.SetInflightDescriptor:
                SetInflight(message);
                break;
            case Request.SetMemoryTable or Request.AddMemoryRegion or Request.RemoveMemoryRegion:
                _memory.Do(message);
                break;
            default:
                _queues.Do(message);
                _sharing.Look();
                break;
        }
    }

    private bool Reply(Message message, ulong value)
    {
        _channel.Reply(message.Request, value);
        return true;
    }

    private void SetFeatures(Message message)
    {
        message.CheckSize(sizeof(ulong));
        ulong bits = message.Payload64(0);
        ulong foreign = bits & ~Features.Offered(_guest.Session.Vnet.IsOffered);
        if (foreign != 0)
        {
            throw new ProtocolException($"features 0x{foreign:x} are not offered");
        }

        Features before = _features;
        _features = new Features(bits);
        foreach (Virtqueue queue in (ReadOnlySpan<Virtqueue>)[_guest.ReceiveQueue, _guest.TransmitQueue])
        {
            queue.Ring.UsesEventIndex = _features.UsesEventIndex;
            queue.Ring.TakesIndirect = _features.TakesIndirect;
            queue.IsEnabled |= !_features.KnowsEnable;
        }

        _guest.Receive.HeaderLength = _features.HeaderLength;
        _guest.Receive.IsMergeable = _features.IsMergeable;
        _guest.Transmit.HeaderLength = _features.HeaderLength;
        UpdateLog();

        // For a migration they come again, with nothing but the log changed; what is under way is not to be dropped for that.
        if (before.GuestOffloads != _features.GuestOffloads || before.HeaderLength != _features.HeaderLength || _guest.Session.Vnet.HeaderLength != _features.HeaderLength)
        {
            _guest.Session.SetVnetHeaderLength(_features.HeaderLength);
            _guest.Session.SetOffloads(_features.GuestOffloads);
        }
    }

    private void SetProtocolFeatures(Message message)
    {
        message.CheckSize(sizeof(ulong));
        ProtocolFeatures wanted = (ProtocolFeatures)message.Payload64(0);
        ProtocolFeatures foreign = wanted & ~ProtocolFeatures.All;
        _protocol = foreign == ProtocolFeatures.None ? wanted : throw new ProtocolException($"protocol features 0x{(ulong)foreign:x} are not offered");
    }

    private static void CheckMtu(Message message)
    {
        message.CheckSize(sizeof(ulong));
        if (message.Payload64(0) is < SmallestMtu or > ushort.MaxValue)
        {
            throw new ProtocolException($"an MTU of {message.Payload64(0)}");
        }
    }

    private void SetLog(Message message)
    {
        message.CheckSize(2 * sizeof(ulong));
        message.CheckDescriptors(1);
        if (message.Payload64(0) is 0 or > MaximumLog)
        {
            throw new ProtocolException($"a log of {message.Payload64(0)} bytes");
        }

        DirtyLog next = new(new Mapping(message.Descriptors[0], message.Payload64(sizeof(ulong)), message.Payload64(0)));
        _dirty?.Dispose();
        _dirty = next;
        UpdateLog();
    }

    /// <summary>Data belong in the log as long as LOG_ALL is negotiated; used rings by a flag of their own.</summary>
    private void UpdateLog()
    {
        _guest.Receive.Log = _features.IsLogged ? _dirty : null;
        _guest.ReceiveQueue.Ring.Log = _dirty;
        _guest.TransmitQueue.Ring.Log = _dirty;
    }

    private bool ReplyInflight(Message message)
    {
        CheckNoRingRuns();
        InflightDescription answer = _inflight.Make(InflightDescription.Read(message));
        _channel.Reply(message.Request, answer.ToPayload(message.Payload.Length), _inflight.File);
        return true;
    }

    private void SetInflight(Message message)
    {
        CheckNoRingRuns();
        message.CheckDescriptors(1);
        _inflight.Set(InflightDescription.Read(message), message.TakeDescriptor());
    }

    /// <summary>A ring that runs writes to the region that it has begun with.</summary>
    private void CheckNoRingRuns()
    {
        if (_guest.ReceiveQueue.IsStarted || _guest.TransmitQueue.IsStarted)
        {
            throw new ProtocolException("another in-flight region while rings run");
        }
    }
}
