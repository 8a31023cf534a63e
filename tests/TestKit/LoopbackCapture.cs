// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>The IP packets that cross a namespace's loopback to one address, with their headers (packet(7)).</summary>
public sealed class LoopbackCapture : IDisposable
{
    private const int EthernetHeader = 14;
    private const int Ipv4Destination = 16;
    private const int Ipv6Destination = 24;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[70_000];
    private readonly byte[] _address;

    /// <summary>Captures from now on.</summary>
    public LoopbackCapture(NetworkNamespace network, string destination)
    {
        _address = IPAddress.Parse(destination).GetAddressBytes();
        _socket = PacketSocket.Open(network, "lo");
    }

    /// <summary>The next packet to that address, from its IP header on.</summary>
    public byte[] Receive()
    {
        while (_socket.Poll(Timeouts.Arrival, SelectMode.SelectRead))
        {
            int length = _socket.Receive(_buffer);
            ReadOnlySpan<byte> packet = _buffer.AsSpan(EthernetHeader, length - EthernetHeader);
            int at = _address.Length == 4 ? Ipv4Destination : Ipv6Destination;
            bool isOfFamily = packet.Length > at + _address.Length && packet[0] >> 4 == (_address.Length == 4 ? 4 : 6);
            if (isOfFamily && packet.Slice(at, _address.Length).SequenceEqual(_address))
            {
                return packet.ToArray();
            }
        }

        throw new TimeoutException("no such packet crossed loopback");
    }

    public void Dispose() => _socket.Dispose();
}
