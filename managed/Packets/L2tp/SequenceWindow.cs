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
// A peer that begins anew seems to send old frames for ever. Five of them in a row, each one more than the one before,
// are believed, as Linux does (l2tp_recv_data_seq, nr_oos_count_max). What is held goes on before the fifth of them.
//
// A gap is what one number says, and a number may be forged. So a gap of more than 1024 is lost only when four more frames
// have gone on behind it; it is not when the old numbers come back (which begins anew), when there is another such gap
// first, or when the new numbers are those of a peer that counts from 0 again.
//
// The frames themselves are elsewhere, in slots that have numbers here.

using System;
using System.Numerics;

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

/// <summary>Judges sequence numbers, and says when a held frame's turn has come. Not thread-safe.</summary>
public sealed class SequenceWindow
{
    /// <summary>The most frames that a window may hold.</summary>
    public const int MaximumSize = 256;

    /// <summary>Slots beyond the window: the frame that did not fit into it, and the one that was taken last.</summary>
    private const int ExtraSlots = 2;

    private const int Empty = -1;
    private const uint Half = 0x0080_0000;
    private const int HistoryLength = 64;
    private const int RestartCount = 5;

    /// <summary>The largest gap that one number alone makes.</summary>
    private const uint PlausibleGap = 1024;

    private readonly int _size;
    private readonly int[] _ring;
    private readonly int[] _free;
    private int _freeCount;
    private int _held;
    private int _lent = Empty;
    private int _overflow = Empty;
    private uint _overflowNumber;
    private bool _hasBegun;
    private bool _beginsAnew;
    private uint _next;
    private uint _skipTo;
    private uint _highest;
    private ulong _history;
    private uint _doubtfulGap;
    private int _witnesses;
    private uint _oldNext;
    private int _oldCount;

    /// <summary>An empty window.</summary>
    /// <param name="size">How many frames ahead may be held; 0: none.</param>
    public SequenceWindow(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaximumSize);
        // A power of two, so that neighbours stay neighbours where the numbers wrap.
        _ring = new int[size == 0 ? 0 : BitOperations.RoundUpToPowerOf2((uint)size)];
        _size = size;
        _free = new int[SlotCount];
        Clear();
    }

    /// <summary>How many slots the caller needs.</summary>
    public int SlotCount => _size == 0 ? 0 : _size + ExtraSlots;

    /// <summary>Frames that were given up.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Frames that came behind later ones, and were put back into their order.</summary>
    public ulong Reordered { get; private set; }

    /// <summary>Frames that wait for others.</summary>
    public int Held => _held + (_overflow == Empty ? 0 : 1);

    /// <summary><see cref="TryTake"/> would give a frame.</summary>
    public bool IsReady => Held != 0 && (_overflow != Empty || _next != _skipTo || _ring[(int)(_next % (uint)_ring.Length)] != Empty);

    /// <summary>Forgets what is held; its frames are gone.</summary>
    public void Clear()
    {
        _ring.AsSpan().Fill(Empty);
        for (int i = 0; i < _free.Length; i++)
        {
            _free[i] = i;
        }

        _freeCount = _free.Length;
        _held = 0;
        _lent = Empty;
        _overflow = Empty;
        _beginsAnew = false;
        _skipTo = _next;
    }

    /// <summary>Judges a frame. Before, <see cref="TryTake"/> must have said that there is no other.</summary>
    /// <param name="number">Its 24 bits.</param>
    /// <param name="slot">Where to hold it, if so.</param>
    /// <returns>What to do with it.</returns>
    public SequenceVerdict Offer(uint number, out int slot)
    {
        slot = Empty;
        uint ahead = Distance(_next, number);
        if (_hasBegun && ahead >= Half && IsKnown(number))
        {
            return SequenceVerdict.Repeated;
        }

        if (!_hasBegun || (ahead >= Half && HasBegunAnew(number)))
        {
            return _held == 0 ? Begin(number) : HoldBehindAll(number, out slot);
        }

        if (ahead >= Half)
        {
            return SequenceVerdict.Late;
        }

        _oldCount = 0;
        if (ahead != 0 && _size != 0)
        {
            return Hold(number, ahead, out slot);
        }

        CountOrder(number);
        Confirm(ahead);
        Lose(ahead);
        Pass();
        return SequenceVerdict.Deliver;
    }

    /// <summary>Takes the next held frame whose turn has come.</summary>
    /// <param name="slot">Where it is; free again with the next call.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTake(out int slot)
    {
        Release();
        while (Held != 0)
        {
            int place = (int)(_next % (uint)_ring.Length);
            if (_ring[place] != Empty)
            {
                slot = _ring[place];
                _ring[place] = Empty;
                _lent = slot;
                _held--;
                Pass();
                return true;
            }

            if (_beginsAnew && _held == 0)
            {
                slot = _overflow;
                _ = Begin(_overflowNumber);
                Lend(slot);
                return true;
            }

            if (_beginsAnew)
            {
                SkipGap();
            }
            else if (_next == _skipTo && !TryPlaceOverflow())
            {
                break;
            }

            if (_next != _skipTo)
            {
                Lose(_held == 0 ? Distance(_next, _skipTo) : 1);
            }
        }

        slot = Empty;
        return false;
    }

    /// <summary>The time of those that are missing is over: the next <see cref="TryTake"/> goes on behind them.</summary>
    public void SkipGap()
    {
        for (uint ahead = 1; _held != 0 && ahead < _size; ahead++)
        {
            uint number = Add(_next, ahead);
            if (_ring[(int)(number % (uint)_ring.Length)] != Empty)
            {
                _skipTo = number;
                return;
            }
        }
    }

    private static uint Add(uint number, uint count) => (number + count) & SublayerWord.NumberMask;

    private static uint Distance(uint from, uint to) => (to - from) & SublayerWord.NumberMask;

    private SequenceVerdict Hold(uint number, uint ahead, out int slot)
    {
        slot = Empty;
        int place = (int)(number % (uint)_ring.Length);
        if (ahead < _size && _ring[place] != Empty)
        {
            return SequenceVerdict.Repeated;
        }

        CountOrder(number);
        Confirm(ahead);
        Release();
        slot = _free[--_freeCount];
        if (ahead < _size)
        {
            _ring[place] = slot;
            _held++;
        }
        else
        {
            // The window moves on until this one is its last.
            _overflow = slot;
            _overflowNumber = number;
            _skipTo = Add(number, unchecked(1u - (uint)_size));
        }

        return SequenceVerdict.Hold;
    }

    /// <summary>The first frame of the new numbers waits until those of the old ones have gone on.</summary>
    private SequenceVerdict HoldBehindAll(uint number, out int slot)
    {
        Release();
        slot = _free[--_freeCount];
        _overflow = slot;
        _overflowNumber = number;
        _beginsAnew = true;
        return SequenceVerdict.Hold;
    }

    private bool TryPlaceOverflow()
    {
        if (_overflow == Empty)
        {
            return false;
        }

        _ring[(int)(_overflowNumber % (uint)_ring.Length)] = _overflow;
        _overflow = Empty;
        _held++;
        return true;
    }

    /// <summary>A frame that was taken has been delivered by now.</summary>
    private void Release()
    {
        if (_lent != Empty)
        {
            _free[_freeCount++] = _lent;
            _lent = Empty;
        }
    }

    /// <summary>Takes a slot out of an empty window, whose slots are all free.</summary>
    private void Lend(int slot)
    {
        _free[slot] = _free[--_freeCount];
        _lent = slot;
    }

    private void CountOrder(uint number)
    {
        if (Distance(_highest, number) < Half)
        {
            _highest = number;
        }
        else
        {
            Reordered++;
        }
    }

    private void Lose(uint count)
    {
        if (count <= PlausibleGap)
        {
            Lost += count;
        }
        else
        {
            // The window may begin a little below 0 when its last number is a little above.
            bool countsFromZero = Add(_next, count + MaximumSize) <= PlausibleGap + MaximumSize;
            _doubtfulGap = countsFromZero ? 0 : count;
            _witnesses = 0;
        }

        Move(count);
    }

    /// <summary>A frame goes on behind a gap that nobody has confirmed yet.</summary>
    private void Confirm(uint ahead)
    {
        if (_doubtfulGap != 0 && ahead <= PlausibleGap && ++_witnesses == RestartCount - 1)
        {
            Lost += _doubtfulGap;
            _doubtfulGap = 0;
        }
    }

    /// <summary>The next frame is delivered.</summary>
    private void Pass()
    {
        Move(1);
        _history |= 1;
    }

    private void Move(uint count)
    {
        bool skips = _next != _skipTo;
        _next = Add(_next, count);
        _skipTo = skips ? _skipTo : _next;
        _history = count >= HistoryLength ? 0 : _history << (int)count;
    }

    private bool IsKnown(uint number)
    {
        uint behind = Distance(number, _next);
        return behind <= HistoryLength && ((_history >> (int)(behind - 1)) & 1) != 0;
    }

    private bool HasBegunAnew(uint number)
    {
        _oldCount = number == _oldNext ? _oldCount + 1 : 1;
        _oldNext = Add(number, 1);
        return _oldCount >= RestartCount;
    }

    private SequenceVerdict Begin(uint number)
    {
        Clear();
        _hasBegun = true;
        _oldCount = 0;
        _doubtfulGap = 0;
        _next = number;
        _skipTo = number;
        _highest = number;
        _history = 0;
        Pass();
        return SequenceVerdict.Deliver;
    }
}
