// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets;

/// <summary>Every way a frame or datagram is dropped. Each has a counter of its own; see <see cref="DropReasons"/>.</summary>
public enum DropReason
{
    /// <summary>Not dropped.</summary>
    None = 0,

    /// <summary>Receive: the datagram was longer than a slot and the kernel cut it.</summary>
    Truncated,

    /// <summary>
    /// Receive: there was no room for all that the kernel says of the datagram (MSG_CTRUNC), so where it ends is not known.
    /// </summary>
    ControlCut,

    /// <summary>Receive, raw IPv4: no whole IPv4 header in front.</summary>
    BadIpHeader,

    /// <summary>Receive: the datagram ends inside the L2TPv3 header.</summary>
    ShortHeader,

    /// <summary>Receive, UDP: the T bit is set. A static tunnel has no control channel.</summary>
    ControlMessage,

    /// <summary>Receive, UDP: the version is not 3.</summary>
    WrongVersion,

    /// <summary>Receive: the session ID is not ours.</summary>
    WrongSession,

    /// <summary>Receive: the cookie is not ours.</summary>
    WrongCookie,

    /// <summary>Receive, seq=recv: the frame has no sequence number.</summary>
    NoNumber,

    /// <summary>Receive, seq=recv: frames behind it in the peer's order have been delivered already.</summary>
    Late,

    /// <summary>Receive, seq=recv: this number has been delivered or is held already.</summary>
    Repeated,

    /// <summary>Receive: fewer bytes than an Ethernet header follow the L2TPv3 header.</summary>
    Runt,

    /// <summary>Receive: the guest's link is down (set_link), the netdev's or the NIC's.</summary>
    LinkDown,

    /// <summary>Receive: no NIC is connected to the netdev.</summary>
    NoNic,

    /// <summary>Receive: no buffers of the guest take a frame of this size.</summary>
    TooLargeForGuest,

    /// <summary>
    /// Receive: the host had queued the frame and threw it away, as it does when a NIC goes. Transmit: the host was about to,
    /// and the guest had had more than its share of the turn, or ICMP errors met every call.
    /// </summary>
    Purged,

    /// <summary>Transmit: the guest's frame is shorter than an Ethernet header.</summary>
    GuestRunt,

    /// <summary>Transmit: the guest's frame does not fit one datagram.</summary>
    FrameTooLong,

    /// <summary>Transmit, vnet header: a gso_type that is not TCPV4, TCPV6 or UDP_L4.</summary>
    UnknownGsoType,

    /// <summary>Transmit, vnet header: gso_size is 0, or no segment of that size can be sent.</summary>
    BadGsoSize,

    /// <summary>Transmit, vnet header: gso_type is not what the frame carries.</summary>
    GsoTypeMismatch,

    /// <summary>Transmit, vnet header: the datagram would make more segments than any sender may ask for.</summary>
    TooManySegments,

    /// <summary>Transmit, vnet header: csum_start and csum_offset do not name a checksum of the frame.</summary>
    BadChecksumField,

    /// <summary>Transmit: a header that an offload needs is broken, or not within the first bytes of the frame.</summary>
    BadGuestHeaders,

    /// <summary>Transmit: the kernel refused the datagram each time that it was tried (sendmmsg(2)).</summary>
    SendFailed,
}

/// <summary>The drop reasons as counter indexes.</summary>
public static class DropReasons
{
    /// <summary>One more than the last <see cref="DropReason"/>: the length of a table indexed by it.</summary>
    public const int Count = (int)DropReason.SendFailed + 1;
}
