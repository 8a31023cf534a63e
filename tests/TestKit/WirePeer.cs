// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// The other end of the wire, with literal bytes: a UDP socket, or a raw socket of IP protocol 115 (L2TP, RFC 3931 section 4.1.1).
/// </summary>
public sealed class WirePeer : IDisposable
{
    /// <summary>The IP protocol number of L2TP.</summary>
    public const int L2tpProtocol = 115;

    private const int Ipv4MinimumHeader = 20;

    // <asm-generic/socket.h>: above the limit of net.core.rmem_max, with CAP_NET_ADMIN. Bursts must not be lost here.
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;
    private const int ReceiveBuffer = 8 << 20;

    // <linux/udp.h>
    private const int UdpLevel = 17;
    private const int UdpSegment = 103;
    private const int UdpGro = 104;

    // tcpmux: no test sends from there.
    private const int Nobody = 1;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[70_000];
    private readonly bool _hasIpHeader;
    private bool _isDisposed;

    private WirePeer(Socket socket, IPEndPoint local, bool hasIpHeader)
    {
        _socket = socket;
        _hasIpHeader = hasIpHeader;
        if (Environment.IsPrivilegedProcess)
        {
            _socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(ReceiveBuffer));
        }

        _socket.Bind(local);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>The address and port (0 for raw IP) of this end.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The port of this end.</summary>
    public int Port => LocalEndPoint.Port;

    /// <summary>Where the datagram that was received last came from.</summary>
    public IPEndPoint? LastSource { get; private set; }

    /// <summary>A UDP peer; port 0 takes a free one.</summary>
    public static WirePeer Udp(string address = "127.0.0.1", int port = 0)
    {
        IPEndPoint local = new(IPAddress.Parse(address), port);
        return new WirePeer(new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp), local, hasIpHeader: false);
    }

    /// <summary>A raw IP peer. A raw IPv4 socket shows the IP header in front of the datagram, an IPv6 one does not (raw(7), ipv6(7)).</summary>
    public static WirePeer RawIp(string address)
    {
        IPEndPoint local = new(IPAddress.Parse(address), 0);
        Socket socket = RawSocket.Open(local.Address, L2tpProtocol);
        WirePeer peer = new(socket, local, local.AddressFamily == AddressFamily.InterNetwork);
        RawSocket.Drain(socket);
        return peer;
    }

    /// <summary>Sends one datagram.</summary>
    public void Send(ReadOnlySpan<byte> datagram, string address, int port = 0) =>
        _socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(IPAddress.Parse(address), port));

    /// <summary>The next datagram's payload.</summary>
    public byte[] Receive() => TryReceive(Timeouts.Arrival) ?? throw new TimeoutException($"no datagram came to {LocalEndPoint}");

    /// <summary>The next datagram's payload within a time, else null.</summary>
    public byte[]? TryReceive(TimeSpan timeout)
    {
        if (!_socket.Poll(timeout, SelectMode.SelectRead))
        {
            return null;
        }

        EndPoint source = new IPEndPoint(LocalEndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int size = _socket.ReceiveFrom(_buffer, ref source);
        LastSource = (IPEndPoint)source;
        int header = _hasIpHeader ? (_buffer[0] & 0x0f) * 4 : 0;
        if (_hasIpHeader && (size < Ipv4MinimumHeader || header > size))
        {
            throw new InvalidOperationException("the kernel delivered less than an IP header");
        }

        return _buffer[header..size];
    }

    /// <summary>Sets IP options for all later datagrams (ip(7), IP_OPTIONS).</summary>
    public void SetIpOptions(byte[] options) => _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, options);

    /// <summary>
    /// Later datagrams are cut into pieces of this size, each a UDP datagram of its own (udp(7), UDP_SEGMENT); 0 ends that.
    /// </summary>
    public void SetSegmentSize(int size) => _socket.SetRawSocketOption(UdpLevel, UdpSegment, BitConverter.GetBytes(size));

    /// <summary>Later datagrams of one run come as one, without their borders (udp(7), UDP_GRO).</summary>
    public void SetCoalescing() => _socket.SetRawSocketOption(UdpLevel, UdpGro, BitConverter.GetBytes(1));

    /// <summary>
    /// From now on nobody listens here, even if a program that another test starts at this moment holds a copy of the socket until its exec: connected to
    /// somebody else, it takes nothing of the session's.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            _socket.Connect(LocalEndPoint.Address, Nobody);
        }
        catch (SocketException)
        {
            // No route to itself any more: nothing can come.
        }

        _socket.Dispose();
    }
}
