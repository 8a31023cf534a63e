// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.DataPlane.Receive;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>
/// One session on a pair of unix sockets, its guest, which is full now and then, and a peer that sends anything. A batch holds what
/// the peer has sent at once, and the bytes lie between guard pages (HostileKernel).
/// </summary>
internal sealed class ReceiveCase : IDisposable
{
    private const int SocketLevel = 1;
    private const int ForceSendBuffer = 32;
    private const int LargeBuffer = 16 << 20;
    private const int MaximumBatchBytes = 1 << 20;

    private readonly Choices _choices;
    private readonly HostileKernel _kernel;
    private readonly FakeHost _host = new();
    private readonly Socket _peer;
    private readonly PlaneSession _session;
    private readonly DatagramChoices _datagrams;
    private readonly SessionParameters _tunnel;
    private readonly Queue<PeerMessage> _inSocket = new();
    private readonly ReceiveModel _model;
    private ulong _receiveCalls;
    private bool _isFull;
    private string? _brokenPromise;

    public ReceiveCase(Choices choices, HostileKernel kernel)
    {
        _choices = choices;
        _kernel = kernel;
        _tunnel = SessionChoices.Any(choices);
        (int descriptor, _peer) = SystemCalls.UnixPair(LargeBuffer);
        _peer.SetRawSocketOption(SocketLevel, ForceSendBuffer, BitConverter.GetBytes(LargeBuffer));
        _session = PlaneSession.Around(descriptor, _host, _tunnel);
        int headerLength = choices.Of(0, 10, 12, 12, 20, 24);
        uint offloads = choices.OneIn(3) ? choices.UInt16() : GuestView.AllOffloads;
        _session.SetVnet(headerLength, offloads);
        _host.Pads = choices.OneIn(2);
        _host.OnDeliver = Deliver;
        _host.OnBatch = BeginBatch;
        _kernel.Attach(_session.Inner);
        _model = new ReceiveModel(_tunnel, new GuestView(headerLength, offloads, _host.Pads));
        _datagrams = new DatagramChoices(choices, _tunnel);
    }

    /// <summary>The peer sends something, and the host's event loop goes round until nothing is left to do.</summary>
    public void Batch()
    {
        int bytes = 0;
        for (int i = _choices.Below(_choices.OneIn(4) ? 100 : 20); i >= 0 && bytes < MaximumBatchBytes; i--)
        {
            PeerMessage message = _datagrams.Message();
            Check.Equal((ulong)message.Bytes.Length, (ulong)_peer.Send(message.Bytes));
            _inSocket.Enqueue(message);
            bytes += message.Bytes.Length;
        }

        if (_choices.OneIn(3))
        {
            _host.FullAt.Add(_host.FrameCount + _choices.Between(1, 30));
        }

        Settle();
        Look();
    }

    /// <summary>Everything must be somewhere now.</summary>
    public void End(Tally tally)
    {
        if (_tunnel.ReorderWindow != 0)
        {
            EndWaiting();
        }

        Look();
        _model.End(_session.Counters);
        tally.Frames += (long)_session.Counters.ReceivedDatagrams;
        tally.Delivered += (long)_session.Counters.ReceivedFrames;
        tally.Dropped += (long)_session.Counters.TotalDrops(out _);
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    /// <summary>What waits for missing frames is delivered in time, or thrown away with the link.</summary>
    private void EndWaiting()
    {
        for (int i = 0; i < 3 && _choices.OneIn(8); i++)
        {
            Thread.Sleep(FrameSequence.TimeLimitMs + 1);
            _session.Timer();
            Settle();
        }

        _session.SetLink(false);
        Settle();
    }

    private void Look()
    {
        _model.Got(_host.Frames);
        _host.Frames.Clear();
    }

    private void Settle()
    {
        while (_host.IsScheduled || _inSocket.Count != 0 || _isFull)
        {
            if (_isFull)
            {
                _isFull = false;
                int size = _choices.OneIn(4) ? 0 : 100;
                if (size == 0)
                {
                    _model.Purged(_host.Frames.Count - 1);
                }

                _session.Delivered(size);
            }
            else if (_host.IsScheduled)
            {
                _session.RunIfScheduled();
            }
            else
            {
                Check.That(_host.WatchesRead, "nobody reads the socket");
                _kernel.Release(_session.Inner);
                _session.Readable();
            }

            Check.That(_brokenPromise is null, _brokenPromise ?? string.Empty);
            ReceiveModel.CheckState(_session, _isFull);
            _model.CheckNumbers(_session);
        }
    }

    /// <summary>Called by the session, so it must not throw.</summary>
    private void BeginBatch()
    {
        if (_session.Counters.ReceiveCalls != _receiveCalls)
        {
            _receiveCalls = _session.Counters.ReceiveCalls;
            foreach (PeerMessage message in _kernel.Tamper(_session.Inner, _inSocket))
            {
                _model.Sent(message);
            }
        }
    }

    private void Deliver(Span<byte> frame)
    {
        _brokenPromise ??= _isFull ? "a frame was delivered to a guest that is full" : null;
        _brokenPromise ??= _session.ReceiveState() != ReceiveState.Delivering ? $"a frame was delivered in the state {_session.ReceiveState()}" : null;
        _isFull = _host.FullAt.Contains(_host.FrameCount);

        // The buffer is the host's until return.
        frame.Fill(0xEE);
    }
}
