// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Interop;

/// <summary>A netdev and the other end of its wire.</summary>
internal sealed record OracleEnd(L2tpv3Netdev Netdev, WirePeer Wire)
{
    /// <summary>The next datagram. The stock backend never fills the bytes of offset=, so they say nothing.</summary>
    public byte[] Receive()
    {
        byte[] datagram = Wire.Receive();
        datagram.AsSpan(Netdev.HeaderSize - Netdev.Offset, Netdev.Offset).Clear();
        return datagram;
    }

    /// <summary>Sends a frame to the netdev.</summary>
    public void Send(byte[] frame, uint counter) =>
        Wire.Send(Netdev.OtherEnd().Datagram(frame, counter), Netdev.Source, Netdev.SourcePort ?? 0);
}
