// SPDX-License-Identifier: GPL-2.0-or-later
//
// The receiver's half of sequence numbers (RFC 3931, 4.6.1): frames go on in their order, old and repeated ones do not.
//
//          given up or delivered          missing  held
//     ... ---------------------------|  n  . n+2 n+3  .  .  .  |
//          history: 64 bits          next    `----- window ----'
//
// A frame ahead of its turn is held, until those before it have come, the window is too small, or its time is over
// (SkipGap); then the missing ones are lost. Without a window nothing is held: a frame ahead is delivered, and those that
// it overtook are late. Numbers count modulo 2^24: what is less than half of that ahead is new, the rest is old.
//
// TryTake delivers the held frame whose turn it is. When there is none, the state says what to do:
//
//     state        what is held                      TryTake without a frame in turn      ends
//     Unnumbered   nothing                           nothing                              the first number: InOrder
//     InOrder      frames of the window              nothing                              SkipGap: Skipping
//                                                                                         a number beyond the window: Moving
//                                                                                         the peer begins anew, and
//                                                                                         something is held: Restarting
//     Skipping     frames of the window              gives up the next number             at the first held one: InOrder
//     Moving       those, and one beyond the window  gives up the next number, or all     when the window reaches it; it is
//                                                    when only that one is left           one of the window then: InOrder
//     Restarting   those, and the first of the new   gives up the next number;            when that one is delivered: InOrder
//                  numbers                           at last delivers that one
//
// Frames are offered only when TryTake has nothing more to give, so only in Unnumbered and InOrder. Clear ends the others.
//
// SequenceRecord says what is believed of the numbers; SequenceSlots, where the frames are.

using System;

namespace L2tpv3.Packets.L2tp;

/// <summary>What a <see cref="SequenceWindow"/> says of a numbered frame.</summary>
public enum SequenceVerdict
{
    /// <summary>It is the next one: deliver it, then what <see cref="SequenceWindow.TryTake"/> gives.</summary>
    Deliver,

    /// <summary>Frames before it are missing: keep it in the slot named.</summary>
    Hold,

    /// <summary>Its turn is over: drop it.</summary>
    Late,

    /// <summary>It has been here before: drop it.</summary>
    Repeated,
}

/// <summary>What a <see cref="SequenceWindow"/> does with the frames that it holds; the table is at the head of the file.</summary>
public enum SequenceState
{
    /// <summary>No number has come yet.</summary>
    Unnumbered,

    /// <summary>Frames go on in their order; what is held waits for those before it.</summary>
    InOrder,

    /// <summary>The time of the missing frames is over: they are given up until the first one that is held.</summary>
    Skipping,

    /// <summary>A frame was too far ahead: the window moves on until that one is its last.</summary>
    Moving,

    /// <summary>The peer begins anew: all that is held goes on, then the first frame of the new numbers.</summary>
    Restarting,
}

/// <summary>Judges sequence numbers, and says when a held frame's turn has come. Not thread-safe.</summary>
public sealed class SequenceWindow
{
    /// <summary>The most frames that a window may hold.</summary>
    public const int MaximumSize = 256;

    private readonly int _size;
    private readonly SequenceSlots _slots;
    private SequenceRecord _record;
    private uint _next;

    /// <summary>Skipping and Moving: the number at which that ends.</summary>
    private uint _target;

    /// <summary>Moving and Restarting: the number of the frame that is none of the window's, and its slot.</summary>
    private uint _apart;
    private int _apartSlot;

    /// <summary>An empty window.</summary>
    /// <param name="size">How many frames ahead may be held; 0: none.</param>
    public SequenceWindow(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaximumSize);
        _size = size;
        _slots = new SequenceSlots(size);
    }

    /// <summary>What is done with held frames.</summary>
    public SequenceState State { get; private set; }

    /// <summary>How many slots the caller needs.</summary>
    public int SlotCount => _slots.Total;

    /// <summary>Frames that were given up.</summary>
    public ulong Lost => _record.Lost;

    /// <summary>Frames that came behind later ones, and were put back into their order.</summary>
    public ulong Reordered => _record.Reordered;

    /// <summary>Frames that wait for others.</summary>
    public int Held => _slots.Held + (State is SequenceState.Moving or SequenceState.Restarting ? 1 : 0);

    /// <summary><see cref="TryTake"/> would give a frame.</summary>
    public bool IsReady => Held != 0 && (State != SequenceState.InOrder || _slots.Holds(_next));

    /// <summary>Forgets what is held; its frames are gone.</summary>
    public void Clear()
    {
        _slots.Clear();
        if (State != SequenceState.Unnumbered)
        {
            State = SequenceState.InOrder;
        }
    }

    /// <summary>Judges a frame. Before, <see cref="TryTake"/> must have said that there is no other.</summary>
    /// <param name="number">Its 24 bits.</param>
    /// <param name="slot">Where to hold it, if so.</param>
    /// <returns>What to do with it.</returns>
    public SequenceVerdict Offer(uint number, out int slot)
    {
        slot = SequenceSlots.None;
        if (State == SequenceState.Unnumbered)
        {
            return Begin(number);
        }

        uint ahead = SequenceNumber.Distance(_next, number);
        if (ahead >= SequenceNumber.Half)
        {
            return OfferOld(number, out slot);
        }

        _record.EndRow();
        if (ahead != 0 && _size != 0)
        {
            return Hold(number, ahead, out slot);
        }

        _record.Accept(number, ahead);
        GiveUp(ahead);
        Pass();
        return SequenceVerdict.Deliver;
    }

    /// <summary>Takes the next held frame whose turn has come.</summary>
    /// <param name="slot">Where it is; free again with the next call.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTake(out int slot)
    {
        _slots.Release();
        while (Held != 0)
        {
            if (_slots.Holds(_next))
            {
                slot = _slots.Take(_next);
                Pass();
                return true;
            }

            switch (State)
            {
                case SequenceState.Skipping or SequenceState.Moving:
                    GiveUp(_slots.Held == 0 ? SequenceNumber.Distance(_next, _target) : 1);
                    break;
                case SequenceState.Restarting when _slots.Held != 0:
                    GiveUp(1);
                    break;
                case SequenceState.Restarting:
                    slot = _apartSlot;
                    _ = Begin(_apart);
                    _slots.LendFree(slot);
                    return true;
                default:
                    slot = SequenceSlots.None;
                    return false;
            }
        }

        slot = SequenceSlots.None;
        return false;
    }

    /// <summary>The time of those that are missing is over: the next <see cref="TryTake"/> goes on behind them.</summary>
    public void SkipGap()
    {
        // In each other state the gap is being given up already.
        for (uint ahead = 1; State == SequenceState.InOrder && _slots.Held != 0 && ahead < _size; ahead++)
        {
            if (_slots.Holds(SequenceNumber.Add(_next, ahead)))
            {
                State = SequenceState.Skipping;
                _target = SequenceNumber.Add(_next, ahead);
            }
        }
    }

    private SequenceVerdict OfferOld(uint number, out int slot)
    {
        slot = SequenceSlots.None;
        if (_record.HasDelivered(behind: SequenceNumber.Distance(number, _next)))
        {
            return SequenceVerdict.Repeated;
        }

        if (!_record.ContinueRow(number))
        {
            return SequenceVerdict.Late;
        }

        if (_slots.Held == 0)
        {
            return Begin(number);
        }

        slot = SetApart(number, SequenceState.Restarting);
        return SequenceVerdict.Hold;
    }

    private SequenceVerdict Hold(uint number, uint ahead, out int slot)
    {
        slot = SequenceSlots.None;
        if (ahead < _size && _slots.Holds(number))
        {
            return SequenceVerdict.Repeated;
        }

        _record.Accept(number, ahead);
        if (ahead < _size)
        {
            slot = _slots.Reserve();
            _slots.Put(number, slot);
        }
        else
        {
            slot = SetApart(number, SequenceState.Moving);
            _target = SequenceNumber.Add(number, unchecked(1u - (uint)_size));
        }

        return SequenceVerdict.Hold;
    }

    private int SetApart(uint number, SequenceState state)
    {
        State = state;
        _apart = number;
        _apartSlot = _slots.Reserve();
        return _apartSlot;
    }

    private void GiveUp(uint count)
    {
        _record.GiveUp(_next, count);
        Move(count);
    }

    /// <summary>The next frame is delivered.</summary>
    private void Pass()
    {
        _record.Deliver();
        Move(1);
    }

    private void Move(uint count)
    {
        _next = SequenceNumber.Add(_next, count);
        if (_next != _target || State is not (SequenceState.Skipping or SequenceState.Moving))
        {
            return;
        }

        if (State == SequenceState.Moving)
        {
            _slots.Put(_apart, _apartSlot);
        }

        State = SequenceState.InOrder;
    }

    private SequenceVerdict Begin(uint number)
    {
        _slots.Clear();
        State = SequenceState.InOrder;
        _record.Begin(number);
        _next = number;
        Pass();
        return SequenceVerdict.Deliver;
    }
}
