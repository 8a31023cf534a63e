// SPDX-License-Identifier: GPL-2.0-or-later
//
// seq=recv: the frames of a session in the order of their numbers (SequenceWindow). Those that are ahead of their turn are
// copied here, since their slots of the batch are filled again before it comes:
//
//     |headroom|........ 65,536 bytes for a frame ........|   reorder + 2 times; pages that no frame reaches cost nothing
//
// A frame waits for at most TimeLimitMs, or twice that when another one has come in the meantime.

using System;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Receive;

/// <summary>Puts numbered frames in their order.</summary>
internal sealed unsafe class FrameSequence : IDisposable
{
    /// <summary>Longer than paths differ within one site; a TCP connection does not notice.</summary>
    public const int TimeLimitMs = 10;

    private const int Headroom = NativeBlock.CacheLine;
    private const int Stride = Headroom + ReceiveBatch.SlotSize;

    private readonly Encapsulation _encapsulation;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly SequenceWindow _window;
    private readonly NativeBlock? _slots;
    private readonly int[] _lengths;
    private long _waitsSince;

    /// <summary>Makes an empty window.</summary>
    /// <param name="encapsulation">The header.</param>
    /// <param name="alarms">The timer.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="size">How many frames may wait for a missing one; 0: none.</param>
    public FrameSequence(Encapsulation encapsulation, AlarmClock alarms, Counters counters, int size)
    {
        _encapsulation = encapsulation;
        _alarms = alarms;
        _counters = counters;
        _window = new SequenceWindow(size);
        _lengths = new int[_window.SlotCount];
        _slots = size == 0 ? null : new NativeBlock(_window.SlotCount * Stride);
    }

    /// <summary>What is done with held frames.</summary>
    public SequenceState State => _window.State;

    /// <summary>A held frame's turn has come.</summary>
    public bool IsReady => _window.IsReady;

    /// <summary>Judges a datagram that the encapsulation has found good.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="frameOffset">Where its frame begins.</param>
    /// <param name="isHeld">It is none of the caller's business any more: it has been copied, and comes back by TryTake.</param>
    /// <returns>None, or why it is refused.</returns>
    public DropReason Accept(ReadOnlySpan<byte> datagram, int frameOffset, out bool isHeld)
    {
        isHeld = false;
        if (!_encapsulation.TryReadNumber(datagram, frameOffset, out uint number))
        {
            return DropReason.NoNumber;
        }

        switch (_window.Offer(number, out int slot))
        {
            case SequenceVerdict.Late:
                return DropReason.Late;
            case SequenceVerdict.Repeated:
                return DropReason.Repeated;
            case SequenceVerdict.Hold:
                Hold(slot, datagram[frameOffset..]);
                isHeld = true;
                break;
            case SequenceVerdict.Deliver when _window.Held == 0:
                // Nothing waits, and the clock costs time.
                break;
            default:
                _waitsSince = Environment.TickCount64;
                break;
        }

        Count();
        return DropReason.None;
    }

    /// <summary>Takes the next held frame whose turn has come.</summary>
    /// <param name="frame">Its first byte, with room for a vnet header before it; valid until the next call here.</param>
    /// <param name="length">Its bytes.</param>
    public bool TryTake(out byte* frame, out int length)
    {
        bool isTaken = _window.TryTake(out int slot);
        Count();
        frame = isTaken ? Start(slot) : null;
        length = isTaken ? _lengths[slot] : 0;
        return isTaken;
    }

    /// <summary>The alarm has rung.</summary>
    public void Timer()
    {
        if (_window.Held == 0)
        {
            return;
        }

        if (Environment.TickCount64 - _waitsSince >= TimeLimitMs)
        {
            _window.SkipGap();
            _waitsSince = Environment.TickCount64;
        }

        _alarms.Set(Alarm.Reorder, TimeLimitMs);
    }

    /// <summary>Throws away what is held.</summary>
    /// <returns>How many frames that were.</returns>
    public int Clear()
    {
        int held = _window.Held;
        _window.Clear();
        return held;
    }

    public void Dispose() => _slots?.Dispose();

    // SAFETY: the block has a stride for each slot of the window.
    private byte* Start(int slot) => _slots!.Start + (slot * Stride) + Headroom;

    private void Hold(int slot, ReadOnlySpan<byte> frame)
    {
        if (_window.Held == 1)
        {
            _waitsSince = Environment.TickCount64;
        }

        // SAFETY: no frame is longer than a slot of the batch that it comes from.
        frame.CopyTo(new Span<byte>(Start(slot), ReceiveBatch.SlotSize));
        _lengths[slot] = frame.Length;
        _alarms.Set(Alarm.Reorder, TimeLimitMs);
    }

    private void Count()
    {
        _counters.LostFrames = _window.Lost;
        _counters.ReorderedFrames = _window.Reordered;
    }
}
