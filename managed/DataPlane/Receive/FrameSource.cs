// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the frames for the guest come from, in the order in which the guest gets them:
//
//     1. the frame in hand       taken before, and not done with yet
//     2. a held frame            its turn has come (seq=recv)                       FrameSequence
//     3. the next datagram       of the batch that was read last                    SocketReader, ReceiveBatch
//           opened               its header is right: session, cookie               Encapsulation
//           in sequence          its number is right; it may be held for its turn   FrameSequence
//           from the peer        the peer is where this datagram came from          Roaming
//
// ReceivePath pulls from here, one step at a time. A step that drops or holds a datagram gives no frame.

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Receive;

/// <summary>What one step of a <see cref="FrameSource"/> gives.</summary>
internal enum SourceStep
{
    /// <summary>There is a frame in hand.</summary>
    Frame,

    /// <summary>A datagram has been dropped and counted, or is held for its turn.</summary>
    NoFrame,

    /// <summary>Nothing is left: the next batch may be read.</summary>
    End,
}

/// <summary>The frames of one session, until they are delivered.</summary>
internal sealed unsafe class FrameSource : IDisposable
{
    private readonly SocketReader _reader;
    private readonly ReceiveBatch _batch;
    private readonly Encapsulation _encapsulation;
    private readonly FrameSequence? _sequence;
    private readonly Roaming? _roaming;
    private readonly Action<SocketAddress> _peerMoved;
    private readonly Counters _counters;
    private readonly Captures _captures;
    private byte* _frame;
    private int _length;
    private bool _linkIsDown;

    /// <summary>An empty source.</summary>
    /// <param name="reader">Reads the socket.</param>
    /// <param name="batch">What it has read; owned by the source from now on.</param>
    /// <param name="encapsulation">The header.</param>
    /// <param name="sequence">seq=recv: puts the frames in their order; owned by the source from now on.</param>
    /// <param name="roaming">source-check=roam: where the peer is.</param>
    /// <param name="peerMoved">Called when it is elsewhere.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="captures">Where packets are written down.</param>
    public FrameSource(
        SocketReader reader,
        ReceiveBatch batch,
        Encapsulation encapsulation,
        FrameSequence? sequence,
        Roaming? roaming,
        Action<SocketAddress> peerMoved,
        Counters counters,
        Captures captures)
    {
        _reader = reader;
        _batch = batch;
        _encapsulation = encapsulation;
        _sequence = sequence;
        _roaming = roaming;
        _peerMoved = peerMoved;
        _counters = counters;
        _captures = captures;
    }

    /// <summary>The first byte of the frame in hand, with room for a vnet header before it.</summary>
    public byte* Start => _frame;

    /// <summary>The frame in hand; valid until the next step.</summary>
    // SAFETY: a frame is a part of a slot, and no slot is filled again before its frame is done with.
    public Span<byte> Frame => new(_frame, _length);

    /// <summary>A held frame's turn has come.</summary>
    public bool IsReady => _sequence is { IsReady: true };

    /// <summary>What is done with held frames; null without seq=recv.</summary>
    public SequenceState? SequenceState => _sequence?.State;

    /// <summary>Reads the next batch. What an exception has left of the last one is void, and counted.</summary>
    public ReadResult Fill()
    {
        int left = DropBatch();
        if (left != 0)
        {
            _counters.AddDrops(DropReason.Purged, left);
        }

        return _reader.Fill(_batch);
    }

    /// <summary>Makes one step. A frame stays in hand, and is given again, until it is done with.</summary>
    public SourceStep Take()
    {
        if (_frame != null || TryTakeHeld())
        {
            return SourceStep.Frame;
        }

        return _batch.IsEmpty ? SourceStep.End : TryTakeNext() ? SourceStep.Frame : SourceStep.NoFrame;
    }

    /// <summary>The frame in hand is delivered, or has become part of another one.</summary>
    public void Done() => _frame = null;

    /// <summary>Frames that are missing have been waited for long enough.</summary>
    public void StopWaiting() => _sequence?.Timer();

    /// <summary>The guest's link goes up or down. While it is down, frames are dropped and counted.</summary>
    /// <returns>How many frames of those that were taken or held it has dropped.</returns>
    public int SetLink(bool up)
    {
        _linkIsDown = !up;
        return up ? 0 : DropFrame() + (_sequence?.Clear() ?? 0);
    }

    /// <summary>Drops all there is.</summary>
    /// <returns>How many frames and datagrams that were.</returns>
    public int Discard() => DropBatch() + (_sequence?.Clear() ?? 0);

    public void Dispose()
    {
        _batch.Dispose();
        _sequence?.Dispose();
    }

    private int DropBatch() => DropFrame() + _batch.Discard();

    private int DropFrame()
    {
        int frames = _frame == null ? 0 : 1;
        _frame = null;
        return frames;
    }

    private bool TryTakeHeld() => _sequence is not null && _sequence.TryTake(out _frame, out _length);

    /// <summary>Opens the next datagram.</summary>
    /// <returns>False when it is dropped, which has been counted, or held.</returns>
    private bool TryTakeNext()
    {
        byte* start = _batch.Take(out int length, out DropReason reason);
        // SAFETY: length is what the kernel wrote into this slot, at most the slot's size.
        ReadOnlySpan<byte> datagram = new(start, length);
        _counters.ReceivedDatagrams++;
        if (_captures.Wire.IsOn)
        {
            _captures.WriteReceived(datagram);
        }

        int frameOffset = 0;
        bool isHeld = false;
        if (reason == DropReason.None)
        {
            reason = Open(datagram, out frameOffset);
        }

        if (reason == DropReason.None && _sequence is not null)
        {
            reason = _sequence.Accept(datagram, frameOffset, out isHeld);
        }

        if (reason != DropReason.None)
        {
            _counters.AddDrop(reason, _encapsulation.OffendingValue(datagram, reason));
            return false;
        }

        if (_roaming is not null && _roaming.HasMoved(_batch.Source))
        {
            _peerMoved(_roaming.Peer);
        }

        if (isHeld)
        {
            return false;
        }

        // SAFETY: the header that was opened is a part of the datagram.
        _frame = start + frameOffset;
        _length = length - frameOffset;
        return true;
    }

    private DropReason Open(ReadOnlySpan<byte> datagram, out int frameOffset)
    {
        DropReason reason = _encapsulation.TryOpen(datagram, out frameOffset);
        return reason == DropReason.None && _linkIsDown ? DropReason.LinkDown : reason;
    }
}
