// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;
using Benchmarks.Interop;

namespace Benchmarks.Traffic;

/// <summary>
/// The peer of a netdev that speaks UDP: one connected socket on loopback. Its receive buffer is 16 MiB (SO_RCVBUFFORCE, else
/// what the limit gives), more than everything a full tap ring can hold, so that no frame is lost after QEMU sent it.
/// UDP_GRO is on: a peer with GSO-sized messages takes them whole, as a network card that segments would; the stock
/// backend's single datagrams are not joined on loopback.
/// </summary>
internal abstract class DatagramPort : Port
{
    public const int QemuPort = 1701;
    public const int PeerPort = 1702;

    private const int ReceiveBuffer = 16 << 20;
    // The smaller of the two limits of one GSO message: UDP_MAX_SEGMENTS and an IPv4 datagram's payload (udp(7)).
    private const int LargestRun = 64;
    private const int LargestMessage = 65507;

    private readonly byte[] _transmitHeader;
    private readonly byte[] _receiveHeader;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Binds the port before QEMU is there.</summary>
    /// <param name="transmitHeader">What QEMU writes in front of a frame.</param>
    /// <param name="receiveHeader">What QEMU expects in front of a frame.</param>
    protected DatagramPort(byte[] transmitHeader, byte[] receiveHeader)
    {
        _transmitHeader = transmitHeader;
        _receiveHeader = receiveHeader;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, PeerPort));
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, QemuPort));
        _socket.ReceiveBufferSize = ReceiveBuffer;
        try
        {
            _socket.SetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BitConverter.GetBytes(ReceiveBuffer));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AccessDenied)
        {
            // Without CAP_NET_ADMIN in the first user namespace net.core.rmem_max decides.
        }

        _socket.SetRawSocketOption(Libc.SOL_UDP, Libc.UDP_GRO, BitConverter.GetBytes(1));
    }

    /// <summary>Runs of datagrams, one UDP_SEGMENT message each. Loopback says whether they arrive as such.</summary>
    public override IFrameSource OpenSource(ReadOnlySpan<byte> frame)
    {
        byte[] copy = frame.ToArray();
        return OpenSource([.. Enumerable.Repeat(copy, RunOf(copy.Length))]);
    }

    /// <summary>The longest run of frames of a size.</summary>
    public int RunOf(int frameSize) => Math.Min(LargestRun, LargestMessage / (_receiveHeader.Length + frameSize));

    /// <summary>These frames, which all have one size, in a run; again and again.</summary>
    public IFrameSource OpenSource(IReadOnlyList<byte[]> frames)
    {
        _socket.SetRawSocketOption(Libc.SOL_UDP, Libc.UDP_SEGMENT, BitConverter.GetBytes(_receiveHeader.Length + frames[0].Length));
        return new MessageSource(_socket, [.. frames.SelectMany(frame => (byte[])[.. _receiveHeader, .. frame])], messages: 1, framesPerMessage: frames.Count);
    }

    public override IFrameSource OpenSingleSource(ReadOnlySpan<byte> frame) =>
        new MessageSource(_socket, [.. _receiveHeader, .. frame], messages: 1, framesPerMessage: 1);

    public override IFrameSink OpenSink(int frameSize) => new DatagramSink(_socket, _transmitHeader.Length + frameSize);

    public override long CountLost() => UdpDrops.Of(QemuPort);

    public override void Send(ReadOnlySpan<byte> frame)
    {
        using IFrameSource source = OpenSingleSource(frame);
        _ = source.Send();
    }

    public override byte[]? Receive(TimeSpan timeout)
    {
        if (!_socket.Poll(timeout, SelectMode.SelectRead))
        {
            return null;
        }

        byte[] buffer = new byte[LargestMessage];
        int length = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        // Refused: the answer to an earlier frame, sent before QEMU had its port.
        bool expected = error == SocketError.Success && buffer.AsSpan(0, length).StartsWith(_transmitHeader);
        return expected ? buffer[_transmitHeader.Length..length] : null;
    }

    protected override void Dispose(bool disposing) => _socket.Dispose();
}

/// <summary>
/// The peer of an L2TPv3 session over UDP (RFC 3931, 4.1.2.1): flags and version, session id; no cookie, no counter.
/// The two ids differ, so that a mixed-up direction fails instead of being measured.
/// </summary>
internal sealed class L2tpPort() : DatagramPort([0, 3, 0, 0, 0, 0, 0, 17], [0, 3, 0, 0, 0, 0, 0, 34])
{
    /// <summary>Bytes in front of a frame.</summary>
    public const int Header = 8;

    public override string Netdev => string.Join(
        ',',
        "l2tpv3,src=127.0.0.1,dst=127.0.0.1,udp=on",
        $"srcport={QemuPort}",
        $"dstport={PeerPort}",
        "txsession=17,rxsession=34");
}

/// <summary>The peer of QEMU's dgram netdev: the bare frame is the datagram.</summary>
internal sealed class DgramPort() : DatagramPort([], [])
{
    public override string Netdev => string.Join(
        ',',
        "dgram,local.type=inet,local.host=127.0.0.1,remote.type=inet,remote.host=127.0.0.1",
        $"local.port={QemuPort}",
        $"remote.port={PeerPort}");
}
