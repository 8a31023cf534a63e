// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the front-end has told of one queue, and whether it runs. The parts come in any order: size, addresses, base, descriptors and the memory table. The
// ring begins when all of them are there, and stops at GET_VRING_BASE or with the connection.
//
//     state       the ring                                                   front-end
//     stopped     is not touched                                             SET_VRING_KICK, with the rest: started
//     started     new: nothing is taken                                      SET_VRING_ENABLE; GET_VRING_BASE: stopped
//                 enabled: frames pass
//                 disabled again: transmit is taken and dropped, receive stays
//     broken      is not touched; its error is signalled                     GET_VRING_BASE: stopped

using System;
using System.Numerics;
using L2tpv3.DataPlane.Log;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Rings;

namespace L2tpv3.Vhost.Guest;

/// <summary>A queue as a front-end knows it.</summary>
internal sealed class Virtqueue : IDisposable
{
    private readonly MemoryTable _memory;
    private readonly Poller _poller;
    private readonly Signaller _signaller;
    private readonly ulong _token;
    private readonly EventLog _log;
    private readonly LogAllowance _allowance = new();
    private FileDescriptor? _kick;
    private FileDescriptor? _call;
    private FileDescriptor? _error;
    private RingAddresses? _addresses;
    private uint _size;
    private ushort _base;
    private bool _isWanted;
    private bool _wasEnabled;
    private bool _isBrokenTold;

    /// <summary>Makes a queue that is stopped.</summary>
    /// <param name="name">In log lines.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="isWritten">We write to its buffers.</param>
    /// <param name="poller">Watches kicks.</param>
    /// <param name="token">The token of its kicks.</param>
    /// <param name="signaller">Interrupts the guest.</param>
    /// <param name="log">Where is told what is wrong with it.</param>
    public Virtqueue(string name, MemoryTable memory, bool isWritten, Poller poller, ulong token, Signaller signaller, EventLog log)
    {
        Name = name;
        _memory = memory;
        _poller = poller;
        _token = token;
        _signaller = signaller;
        _log = log;
        Ring = new SplitQueue(memory, isWritten);
    }

    /// <summary>In log lines.</summary>
    public string Name { get; }

    /// <summary>The ring.</summary>
    public SplitQueue Ring { get; }

    /// <summary>The front-end wants frames to pass.</summary>
    public bool IsEnabled
    {
        get;
        set
        {
            field = value;
            _wasEnabled |= value;
        }
    }

    /// <summary>The ring has begun.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The front-end has told all that a ring needs, and wants it to run. It does not.</summary>
    public bool IsAwaitingMemory => _isWanted && IsEnabled && !IsStarted && _size != 0 && _addresses is not null;

    /// <summary>The ring may be touched.</summary>
    public bool IsRunning => IsStarted && Ring.IsUsable;

    /// <summary>
    /// The guest's frames are taken, to be sent or dropped. Not before the ring has been enabled for the first time: a front-end that connects anew starts its
    /// rings with all that is in them, and enables them a message later.
    /// </summary>
    public bool IsTaken => IsRunning && _wasEnabled;

    /// <summary>Frames may pass.</summary>
    public bool IsOpen => IsRunning && IsEnabled;

    /// <summary>
    /// Where it is noted what is taken, for a ring of so many entries; null: nowhere. It is asked when the ring begins, for size and region may change until
    /// then.
    /// </summary>
    public Func<uint, InflightRegion?>? FindInflight { get; set; }

    /// <summary>SET_VRING_NUM.</summary>
    /// <returns>False: it cannot be.</returns>
    public bool TrySetSize(uint size)
    {
        if (IsStarted || size > SplitQueue.MaximumSize || !BitOperations.IsPow2(size))
        {
            return false;
        }

        _size = size;
        return true;
    }

    /// <summary>SET_VRING_BASE.</summary>
    /// <returns>False: it cannot be.</returns>
    public bool TrySetBase(uint index)
    {
        if (IsStarted || index > ushort.MaxValue)
        {
            return false;
        }

        _base = (ushort)index;
        return true;
    }

    /// <summary>SET_VRING_ADDR.</summary>
    public void SetAddresses(RingAddresses addresses)
    {
        _addresses = addresses;
        Resolve();
    }

    /// <summary>The memory table, or the ring's place in it, has changed. What was found in the old one is forgotten.</summary>
    public void Resolve()
    {
        RingAddresses addresses = _addresses.GetValueOrDefault();
        Ring.Move(_addresses is null ? default : RingPlaces.Find(_memory, addresses, _size), addresses);
        Begin();
    }

    /// <summary>SET_VRING_KICK: the queue starts.</summary>
    /// <param name="kick">Tells of new chains; null: nobody does.</param>
    public void Start(FileDescriptor? kick)
    {
        CloseKick();
        if (kick is not null)
        {
            try
            {
                // By its edges, each kick is an event, and nobody has to read it: a front-end that reads it first would leave read(2) waiting.
                _poller.Add(kick.Number, VhostConstants.EPOLLIN | VhostConstants.EPOLLET, _token);
            }
            catch
            {
                kick.Dispose();
                throw;
            }
        }

        _kick = kick;
        _isWanted = true;
        Resolve();
    }

    /// <summary>GET_VRING_BASE: the queue stops.</summary>
    /// <returns>Where it, or another, is to go on.</returns>
    public ushort Stop()
    {
        CloseKick();
        _base = IsStarted ? Ring.Next : _base;
        _isWanted = false;
        IsStarted = false;
        _isBrokenTold = false;
        return _base;
    }

    /// <summary>SET_VRING_CALL. A driver may wait for an interrupt that went to the descriptor before, so there is one at once.</summary>
    public void SetCall(FileDescriptor? call)
    {
        _call?.Dispose();
        _call = call;
        call?.SetNonBlocking();
        Signal(call);
    }

    /// <summary>SET_VRING_ERR.</summary>
    public void SetError(FileDescriptor? error)
    {
        _error?.Dispose();
        _error = error;
        error?.SetNonBlocking();
    }

    /// <summary>The end of a portion, or of a turn: what was used is the guest's, and it hears of it if it wants to.</summary>
    public void Publish()
    {
        if (Ring.Unpublished != 0 && Ring.Publish())
        {
            Signal(_call);
        }
    }

    /// <summary>Tells of a broken ring, once. The queue has stopped by itself.</summary>
    public void TellFault()
    {
        if (_isBrokenTold || Ring.Fault == RingFault.None)
        {
            return;
        }

        _isBrokenTold = true;
        Signal(_error);
        if (_allowance.TryTake(Environment.TickCount64))
        {
            _log.Warning($"the {Name} queue is stopped, until the guest's driver starts it anew: {Ring.Fault.InWords()}");
        }
    }

    /// <summary>The connection has ended: all that the front-end has said is forgotten.</summary>
    public void Reset()
    {
        _ = Stop();
        SetCall(null);
        SetError(null);
        _addresses = null;
        _size = 0;
        _base = 0;
        IsEnabled = false;
        _wasEnabled = false;
        FindInflight = null;
        Ring.Log = null;
        Ring.Move(default, default);
    }

    public void Dispose() => Reset();

    private void Begin()
    {
        if (_isWanted && !IsStarted && _size != 0 && Ring.IsPlaced)
        {
            Ring.Start(_size, _base, FindInflight?.Invoke(_size));
            IsStarted = true;
        }
    }

    private void Signal(FileDescriptor? target)
    {
        if (target is not null)
        {
            _signaller.Signal(target);
        }
    }

    private void CloseKick()
    {
        if (_kick is not null)
        {
            _poller.Remove(_kick.Number);
            _kick.Dispose();
            _kick = null;
        }
    }
}
