// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Wire;

namespace Fuzz.Tests.Targets;

/// <summary>
/// One session on a pair of unix sockets, which are full at some time, and a guest that sends anything. What comes out at the other
/// end is what the session has handed to the kernel, datagram by datagram.
/// </summary>
internal sealed unsafe class TransmitCase : IDisposable
{
    private const int MaximumDatagram = 65_536;

    private readonly Choices _choices;
    private readonly GuardedPieces _pieces;
    private readonly FakeHost _host = new();
    private readonly Socket _peer;
    private readonly PlaneSession _session;
    private readonly GuestChoices _guest;
    private readonly TransmitModel _model;
    private readonly Queue<byte[]> _arrived = new();
    private readonly byte[] _buffer = new byte[MaximumDatagram];
    private readonly int _headerLength;

    public TransmitCase(Choices choices, GuardedPieces pieces)
    {
        _choices = choices;
        _pieces = pieces;
        SessionParameters parameters = SessionChoices.Any(choices);
        (int descriptor, _peer) = SystemCalls.UnixPair(choices.OneIn(4) ? 70_000 : 200_000);
        _peer.Blocking = false;
        _session = PlaneSession.Around(descriptor, _host, parameters);
        _headerLength = choices.Of(0, 10, 12, 12, 12, 20, 24);
        _session.SetVnet(_headerLength, choices.UInt16());
        _guest = new GuestChoices(choices);
        _model = new TransmitModel(parameters);
    }

    /// <summary>The guest sends one frame.</summary>
    public void Send()
    {
        GuestFrame frame = _guest.Next(_headerLength != 0);
        byte[] bytes = frame.IsRaw ? frame.Frame : [.. Header(frame.Vnet), .. frame.Frame];
        if (!frame.IsRaw && _choices.OneIn(50))
        {
            // Not even a whole vnet header.
            bytes = bytes[..Math.Min(bytes.Length, _choices.Below(30))];
            frame = frame with { IsGood = false };
        }

        ulong dropped = TransmitModel.Drops(_session.Counters);
        while (!TryTransmit(frame, bytes))
        {
            MakeRoom();
        }

        _model.Sent(frame, bytes, _headerLength, isDropped: TransmitModel.Drops(_session.Counters) != dropped);
        if (_choices.OneIn(3))
        {
            Flush();
        }
    }

    /// <summary>Everything must be somewhere now.</summary>
    public void End(Tally tally)
    {
        Flush();
        tally.Frames += _model.Frames;
        tally.Delivered += _model.Arrived;
        tally.Dropped += (long)TransmitModel.Drops(_session.Counters);
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    private byte[] Header(VnetHeader vnet)
    {
        byte[] header = new byte[_headerLength];
        header.AsSpan().Fill(0xEE);
        if (_headerLength != 0)
        {
            vnet.Write(header.AsSpan(0, VnetHeader.MinimumLength));
        }

        return header;
    }

    private bool TryTransmit(GuestFrame frame, byte[] bytes)
    {
        _pieces.Place(_choices, bytes);
        bool isWhole = _pieces.Count == 1;
        ReadOnlySpan<byte> whole = new(_pieces.Vectors->iov_base, isWhole ? bytes.Length : 0);
        nint answer = frame.IsRaw ? _session.TransmitRaw(isWhole ? whole : bytes)
            : isWhole && _choices.OneIn(2) ? _session.Transmit(whole)
            : _session.Transmit(_pieces.Vectors, _pieces.Count);
        _pieces.TakeBack();
        Check.That(answer == 0 || answer == Math.Max(bytes.Length, 1), "the answer is neither 0 nor the length");
        Check.That(answer == 0 || bytes.Length == 0 || _session.Counters.InternalErrors == 0, "an exception");
        return answer != 0;
    }

    /// <summary>
    /// The frame was refused: the socket is full, and the session waits for it to have room; or the guest's share of this
    /// turn is spent, and the session waits for the next one.
    /// </summary>
    private void MakeRoom()
    {
        int resumed = _host.ResumeCalls;
        if (_session.CanTransmit)
        {
            Check.That(_host.IsScheduled, "a frame was refused by a session that takes frames");
            _session.RunIfScheduled();
        }

        Check.That(_session.CanTransmit || _host.WatchesWrite, "the session does not wait for room");
        while (!_session.CanTransmit)
        {
            bool hasCome = Drain();
            _session.Writable();
            Check.That(hasCome || _session.CanTransmit, "no progress");
        }

        Check.That(_host.ResumeCalls == resumed + 1, "the guest was not told that it may send again");
    }

    private void Flush()
    {
        _session.RunIfScheduled();
        while (!_session.CanTransmit)
        {
            _ = Drain();
            _session.Writable();
        }

        _ = Drain();
        while (_arrived.TryDequeue(out byte[]? datagram))
        {
            _model.Arrive(datagram);
        }

        _model.End(_session.Counters);
        TransmitModel.CheckState(_session);
    }

    /// <summary>Parts of a large frame may be on the wire before the session has taken all of it, so they are judged later.</summary>
    private bool Drain()
    {
        int before = _arrived.Count;
        while (_peer.Poll(0, SelectMode.SelectRead))
        {
            _arrived.Enqueue(_buffer[.._peer.Receive(_buffer)]);
        }

        return _arrived.Count != before;
    }
}
