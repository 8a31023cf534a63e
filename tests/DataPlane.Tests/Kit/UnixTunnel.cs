// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.Packets.L2tp;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Kit;

/// <summary>
/// A session on one end of a pair of unix datagram sockets: what the test has sent is there, at once and all of it, so a
/// test decides what makes up one batch of recvmmsg. (On loopback, a busy machine may deliver a burst in two parts.)
/// </summary>
internal sealed class UnixTunnel : IDisposable
{
    private const int SendBuffer = 8192;
    private const int SocketLevel = 1;
    private const int ForceSendBuffer = 32;
    private const int LargeBuffer = 16 << 20;

    private readonly Socket _peer;

    /// <summary>Opens one.</summary>
    /// <param name="parameters">Its header; null: that of <see cref="PlaneSession.Around(int, FakeHost, string)"/>.</param>
    public UnixTunnel(SessionParameters? parameters = null)
    {
        (int descriptor, _peer) = SystemCalls.UnixPair(SendBuffer);
        _peer.SetRawSocketOption(SocketLevel, ForceSendBuffer, BitConverter.GetBytes(LargeBuffer));
        Session = parameters is null ? PlaneSession.Around(descriptor, Host) : PlaneSession.Around(descriptor, Host, parameters);
    }

    public FakeHost Host { get; } = new();

    public PlaneSession Session { get; }

    /// <summary>The header of <see cref="PlaneSession.Around(int, FakeHost, string)"/>: the session id alone.</summary>
    public static byte[] Datagram(byte[] frame) => [0, 0, 0, 2, .. frame];

    public void Send(byte[] datagram) => Assert.Equal(datagram.Length, _peer.Send(datagram));

    public void Send(IEnumerable<TestPacket> packets)
    {
        foreach (TestPacket packet in packets)
        {
            Send(Datagram(packet.ToFrame()));
        }
    }

    /// <summary>The socket is readable: one batch.</summary>
    public void Read() => Assert.True(Session.ReadIfReadable(TimeSpan.Zero), "nothing to read");

    /// <summary>One batch of at most 64 packets, and what the guest gets of it.</summary>
    public IReadOnlyList<byte[]> Receive(IEnumerable<TestPacket> packets)
    {
        int before = Host.FrameCount;
        Send(packets);
        Read();
        return [.. Host.Frames.Skip(before)];
    }

    public void Dispose()
    {
        Session.Dispose();
        Host.Dispose();
        _peer.Dispose();
    }
}
