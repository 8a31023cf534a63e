// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// The other end of the hostile guest's tunnel: counts what comes, and sends frames to everybody when it is told to.
/// </summary>
internal sealed class CountingPeer : IDisposable
{
    private const int Burst = 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly NetworkNamespace _network;
    private readonly L2tpv3Netdev _netdev;
    private readonly WirePeer _wire;
    private readonly Thread _receiver;
    private readonly Thread _sender;
    private volatile bool _ends;
    private volatile bool _sends;
    private long _received;
    private long _sent;

    /// <summary>Begins to count.</summary>
    /// <param name="network">Where it is.</param>
    /// <param name="netdev">The netdev that it is the other end of.</param>
    public CountingPeer(NetworkNamespace network, L2tpv3Netdev netdev)
    {
        _network = network;
        _netdev = netdev;
        _wire = network.Run(() => WirePeer.Udp(port: netdev.DestinationPort!.Value));
        _receiver = new Thread(Receive) { IsBackground = true };
        _sender = new Thread(Send) { IsBackground = true };
        _receiver.Start();
        _sender.Start();
    }

    /// <summary>Datagrams that came to the socket, also those that it had no room for.</summary>
    public long Came => Interlocked.Read(ref _received) + UdpDrops.Of(_network, _wire.Port);

    /// <summary>Datagrams that the netdev's socket was given, also those that it had no room for.</summary>
    public long Sent => Interlocked.Read(ref _sent) - UdpDrops.Of(_network, _netdev.SourcePort!.Value);

    /// <summary>Some thousand frames a second to the guest, from now on or no more.</summary>
    public void SendToGuest(bool on) => _sends = on;

    public void Dispose()
    {
        _ends = true;
        _receiver.Join();
        _sender.Join();
        _wire.Dispose();
    }

    private void Receive()
    {
        while (!_ends)
        {
            if (_wire.TryReceive(s_patience) is not null)
            {
                Interlocked.Increment(ref _received);
            }
        }
    }

    private void Send()
    {
        byte[][] datagrams = [Broadcast(60), Broadcast(590), Broadcast(1514), Broadcast(9000)];
        for (int turn = 0; !_ends; turn++)
        {
            for (int i = 0; i < Burst && _sends; i++)
            {
                _wire.Send(datagrams[turn % datagrams.Length], _netdev.Source, _netdev.SourcePort!.Value);
                Interlocked.Increment(ref _sent);
            }

            Thread.Sleep(s_pause);
        }
    }

    /// <summary>The guest's kernel looks at it, and nobody there wants it.</summary>
    private byte[] Broadcast(int size)
    {
        byte[] frame = TestFrames.Create(size);
        frame.AsSpan(0, 6).Fill(0xff);
        return _netdev.OtherEnd().Datagram(frame);
    }
}
