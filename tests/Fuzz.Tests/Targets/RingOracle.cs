// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.DataPlane.Counting;

namespace Fuzz.Tests.Targets;

/// <summary>
/// A session like the other one, to which frames are given in one piece, one by one: what it sends, the other one must send. (The target transmit holds it against
/// its own model.)
/// </summary>
internal sealed class RingOracle : IDisposable
{
    private const int MaximumDatagram = 70_000;

    private readonly FakeHost _host = new();
    private readonly Socket _peer;
    private readonly PlaneSession _session;
    private readonly byte[] _buffer = new byte[MaximumDatagram];

    public RingOracle(int headerLength)
    {
        (int descriptor, _peer) = SystemCalls.UnixPair(400_000);
        _peer.Blocking = false;
        _session = PlaneSession.Around(descriptor, _host);
        _session.SetVnet(headerLength, 0);
    }

    /// <summary>What it has sent.</summary>
    public List<byte[]> Datagrams { get; } = [];

    public Counters Counters => _session.Counters;

    /// <summary>The guest sends a frame.</summary>
    public void Send(byte[] bytes)
    {
        while (_session.Transmit(bytes) == 0)
        {
            Flush();
        }

        Flush();
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    private void Flush()
    {
        _session.RunIfScheduled();
        Drain();
        while (!_session.CanTransmit)
        {
            _session.Writable();
            _session.RunIfScheduled();
            Drain();
        }
    }

    private void Drain()
    {
        while (_peer.Poll(0, SelectMode.SelectRead))
        {
            Datagrams.Add(_buffer[.._peer.Receive(_buffer)]);
        }
    }
}
