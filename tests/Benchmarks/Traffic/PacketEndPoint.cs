// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Traffic;

/// <summary>struct sockaddr_ll for bind: all protocols of one network device (packet(7)).</summary>
internal sealed class PacketEndPoint(int interfaceIndex, ushort protocol) : EndPoint
{
    private const int Size = 20;
    private const int ProtocolOffset = 2;
    private const int InterfaceOffset = 4;

    public override AddressFamily AddressFamily => AddressFamily.Packet;

    public override SocketAddress Serialize()
    {
        SocketAddress address = new(AddressFamily.Packet, Size);
        BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[ProtocolOffset..], protocol);
        BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[InterfaceOffset..], interfaceIndex);
        return address;
    }
}
