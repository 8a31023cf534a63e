// SPDX-License-Identifier: GPL-2.0-or-later
//
// A guest that has moved to this host and cannot say so itself is announced with a broadcast of its own (SEND_RARP): a reverse ARP request (RFC 903)
// from its MAC address for its MAC address, so that switches learn where it is. Ethernet pads it to 60 bytes.

using System;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Vhost.Protocol;

namespace L2tpv3.Vhost.Device;

/// <summary>The frame that SEND_RARP asks for.</summary>
internal static unsafe class Announcement
{
    private const int FrameSize = 60;
    private const int AddressSize = 6;
    private const int SourceOffset = 6;
    private const int TypeOffset = 12;
    private const int SenderOffset = 22;
    private const int TargetOffset = 32;

    /// <summary>EtherType RARP, hardware Ethernet, protocol IPv4, their address lengths, operation 3: request reverse.</summary>
    private static ReadOnlySpan<byte> Fields => [0x80, 0x35, 0, 1, 8, 0, AddressSize, 4, 0, 3];

    /// <summary>Sends it. A session that takes no frames now loses it, as a wire might.</summary>
    /// <param name="session">Where.</param>
    /// <param name="message">The request: the MAC address is in the first six bytes.</param>
    public static void Send(Session session, Message message)
    {
        message.CheckSize(sizeof(ulong));
        byte* bytes = stackalloc byte[FrameSize]; // SAFETY: the session copies it before it returns.
        Write(new Span<byte>(bytes, FrameSize), message.Payload[..AddressSize]);
        iovec piece = new() { iov_base = bytes, iov_len = FrameSize };
        if (session.CanTransmit)
        {
            _ = session.TryTransmitRaw(new GuestFrame(&piece, 1));
        }
    }

    /// <summary>Writes the frame.</summary>
    /// <param name="frame">60 bytes.</param>
    /// <param name="address">The MAC address.</param>
    public static void Write(Span<byte> frame, ReadOnlySpan<byte> address)
    {
        frame.Clear();
        frame[..AddressSize].Fill(byte.MaxValue);
        address.CopyTo(frame[SourceOffset..]);
        Fields.CopyTo(frame[TypeOffset..]);
        address.CopyTo(frame[SenderOffset..]);
        address.CopyTo(frame[TargetOffset..]);
    }
}
