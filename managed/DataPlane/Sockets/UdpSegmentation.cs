// SPDX-License-Identifier: GPL-2.0-or-later
//
// UDP generic segmentation offload (udp(7), UDP_SEGMENT): several datagrams of equal size in one send.
//
//     limit                       from
//     64 segments, 128 later      UDP_MAX_SEGMENTS of linux/udp.h; cannot be asked for, so it is tried once on loopback
//     65,507 bytes (IPv6 65,527)  one IP packet that holds all of them; more is EMSGSIZE
//     segment <= path MTU         else EMSGSIZE: a run is never fragmented, a single datagram is
//
// A device that cannot checksum says EIO (kernels before 6.11), some drivers EINVAL. What is refused once is not tried
// again on this socket: on EMSGSIZE for that size and above, else at all. The same datagrams are then sent one by one, so
// nothing is lost.

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Which runs one socket takes: hoped for at open, withdrawn at run time.</summary>
internal sealed unsafe class UdpSegmentation
{
    /// <summary>CMSG_SPACE(sizeof(uint16_t)).</summary>
    public const int ControlSize = 24;

    private const int Ipv4Overhead = 20 + 8;
    private const int Ipv6Overhead = 8;
    private const int MaximumPacket = 65_535;

    private readonly int _maximumBytes;
    private readonly int _maximumSegments;
    private int _maximumSize;

    private UdpSegmentation(int maximumSegments, int maximumBytes)
    {
        _maximumSegments = maximumSegments;
        _maximumBytes = maximumBytes;
        _maximumSize = maximumSegments > 1 ? MaximumPacket : 0;
    }

    /// <summary>Why runs are no longer sent, or not those above a size; empty while they are.</summary>
    public string Withdrawn { get; private set; } = string.Empty;

    /// <summary>For a socket without runs: raw IP, or gso=off.</summary>
    public static UdpSegmentation None() => new(maximumSegments: 1, maximumBytes: MaximumPacket);

    /// <summary>For a UDP socket.</summary>
    public static UdpSegmentation For(bool ipv6) =>
        new(UdpSegmentLimit.Value, MaximumPacket - (ipv6 ? Ipv6Overhead : Ipv4Overhead));

    /// <summary>Whether a run of datagrams of this size, this many and this long in all, may be sent as one.</summary>
    public bool Allows(int size, int segments, int bytes) =>
        size <= _maximumSize && segments <= _maximumSegments && bytes <= _maximumBytes;

    /// <summary>The kernel refused a run.</summary>
    /// <param name="error">Why.</param>
    /// <param name="size">The size of its datagrams.</param>
    /// <returns>True when that is about runs, so that the same datagrams may go one by one.</returns>
    public bool Withdraw(Errno error, int size)
    {
        switch (error.Value)
        {
            case LinuxConstants.EMSGSIZE:
                _maximumSize = size - 1;
                Withdrawn = $"gso below {size} bytes only";
                return true;
            case LinuxConstants.EIO or LinuxConstants.EINVAL or LinuxConstants.EOPNOTSUPP:
                _maximumSize = 0;
                Withdrawn = $"gso off ({error})";
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the control message that makes a message a run.</summary>
    /// <param name="control"><see cref="ControlSize"/> bytes, aligned as cmsghdr.</param>
    /// <param name="size">Bytes of each datagram but the last.</param>
    public static void WriteControl(byte* control, ushort size)
    {
        // SAFETY: the caller's 24 bytes hold a cmsghdr (16) and two bytes of data.
        cmsghdr* header = (cmsghdr*)control;
        header->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(ushort));
        header->cmsg_level = LinuxConstants.SOL_UDP;
        header->cmsg_type = LinuxConstants.UDP_SEGMENT;
        *(ushort*)(control + sizeof(cmsghdr)) = size;
    }
}
