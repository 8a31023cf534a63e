// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Loop;
using Vhost.Tests.Kit;

namespace Fuzz.Tests.Targets;

/// <summary>
/// The loop of l2tpv3-vhost between a front-end and a peer on a pair of unix sockets, which lose nothing:
///
///     front-end --messages, rings--> server, session --datagrams--> peer
/// </summary>
internal sealed class RingBackend : IDisposable
{
    private const int MaximumDatagram = 70_000;
    private const int Buffer = 400_000;
    private const int MostRounds = 20_000;

    private static readonly SessionParameters s_parameters = new() { Carrier = Carrier.RawIpv6, TransmitSessionId = 1, ReceiveSessionId = 2 };

    private readonly StringWriter _log = new(CultureInfo.InvariantCulture);
    private readonly Server _server;
    private readonly Socket _peer;
    private readonly Queue<byte[]> _toSend = new();
    private readonly byte[] _buffer = new byte[MaximumDatagram];

    public RingBackend()
    {
        (int descriptor, _peer) = SystemCalls.UnixPair(Buffer);
        _peer.Blocking = false;
        _peer.SendBufferSize = Buffer;
        _server = new Server(new EventLog(_log));
        L2tpv3.DataPlane.Sockets.SocketAddress any = AddressResolver.Resolve("src", "::1", service: null, ipv6: true);
        SocketPlan plan = new() { Carrier = s_parameters.Carrier, Source = any, Destination = any, SourceCheck = true, Offload = true };
        _server.Guest.Session = new Session(_server.Guest.Port, new DatagramSocket(descriptor, plan, connected: true), plan, s_parameters, "n0");
        FrontEnd = new TestFrontEnd(() => Rounds(4), () => _log.ToString());
        _server.Connect(new FileDescriptor(FrontEnd.TakeOtherEnd()));
    }

    public TestFrontEnd FrontEnd { get; }

    public Session Session => _server.Guest.Session;

    public L2tpv3.Vhost.Guest.NetGuest Guest => _server.Guest;

    public string Log => _log.ToString();

    /// <summary>What the peer has got.</summary>
    public List<byte[]> Arrived { get; } = [];

    /// <summary>The peer sends a frame, as soon as its socket takes it.</summary>
    public void SendFromPeer(byte[] frame) => _toSend.Enqueue([0, 0, 0, 2, .. frame]);

    /// <summary>Some rounds of the loop.</summary>
    public void Rounds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = Feed();
            _server.RunOnce(0);
            _ = Drain();
        }
    }

    /// <summary>Rounds of the loop until nothing moves any more.</summary>
    public void Settle()
    {
        int rounds = 0;
        for (int idle = 0; idle < 2; rounds++)
        {
            Check.That(rounds < MostRounds, "the loop never rests");
            bool isFed = Feed();
            _server.RunOnce(0);
            idle = Drain() || isFed || _server.Guest.WaitMs == 0 ? 0 : idle + 1;
        }

        Check.Equal(0, Session.Counters.InternalErrors);
    }

    public void Dispose()
    {
        _server.Dispose();
        FrontEnd.Dispose();
        _peer.Dispose();
    }

    private bool Feed()
    {
        bool hasMoved = false;
        while (_toSend.TryPeek(out byte[]? datagram))
        {
            _ = _peer.Send(datagram, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                break;
            }

            _ = _toSend.Dequeue();
            hasMoved = true;
        }

        return hasMoved;
    }

    private bool Drain()
    {
        int before = Arrived.Count;
        while (_peer.Poll(0, SelectMode.SelectRead))
        {
            int length = _peer.Receive(_buffer, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                break;
            }

            Arrived.Add(_buffer[..length]);
        }

        return Arrived.Count != before;
    }
}
