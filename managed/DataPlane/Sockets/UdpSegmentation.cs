// SPDX-License-Identifier: GPL-2.0-or-later
//
// UDP generic segmentation offload (udp(7), UDP_SEGMENT): several datagrams of equal size in one send.
//
//     limit                       from
//     64 segments, 128 later      UDP_MAX_SEGMENTS of linux/udp.h; cannot be asked for, so it is tried on loopback. A
//                                 kernel that does not send a run there is sent none: see UdpSegmentLimit
//     65,507 bytes (IPv6 65,527)  one IP packet that holds all of them; more is EMSGSIZE
//     segment <= path MTU         else EMSGSIZE: a run is never fragmented, a single datagram is
//
// A device that cannot checksum says EIO (kernels before 6.11), some drivers EINVAL. But EINVAL also comes from a route that
// swallows everything, and EMSGSIZE from an ICMP error about an earlier datagram. So a refused run is only a suspicion: its
// datagrams are sent one by one, and when one of them passes, the error was about the run. Then such runs are not tried
// again on this socket: on EMSGSIZE those of that size and above, until the path takes larger packets, else any.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Which runs one socket takes: hoped for at open, withdrawn at run time.</summary>
internal sealed unsafe class UdpSegmentation
{
    /// <summary>Bytes of the control message.</summary>
    public const int ControlSize = LinuxConstants.CMSG_SPACE_UINT16;

    private const string Unproved = "gso off (the kernel has shown no run on loopback)";

    private readonly int _maximumBytes;
    private int _maximumSegments;
    private int _maximumSize;
    private Errno _suspicion;
    private int _suspectSize;

    private UdpSegmentation(int maximumSegments, int maximumBytes)
    {
        _maximumSegments = maximumSegments;
        _maximumBytes = maximumBytes;
        _maximumSize = maximumSegments > 1 ? IpPacket.MaximumLength : 0;
    }

    /// <summary>Why runs are no longer sent, or not those above a size; empty while they are.</summary>
    public string Withdrawn { get; private set; } = string.Empty;

    /// <summary>For a socket without runs: raw IP, or gso=off.</summary>
    public static UdpSegmentation None(bool ipv6 = false) => new(maximumSegments: 1, MaximumBytes(ipv6));

    /// <summary>For a UDP socket.</summary>
    /// <param name="ipv6">Its family.</param>
    /// <param name="unevenOnly">Send only runs whose last datagram is shorter.</param>
    public static UdpSegmentation For(bool ipv6, bool unevenOnly = false) =>
        For(UdpSegmentLimit.Value, ipv6, unevenOnly);

    /// <summary>For a UDP socket of a kernel that takes so many datagrams in a run.</summary>
    public static UdpSegmentation For(int maximumSegments, bool ipv6, bool unevenOnly = false) =>
        new(maximumSegments, MaximumBytes(ipv6)) { UnevenOnly = unevenOnly, Withdrawn = maximumSegments > 1 ? string.Empty : Unproved };

    /// <summary>gso=uneven: kernels 7.0 to 7.1.4 mangle runs whose datagrams are all equal, and tell nobody.</summary>
    public bool UnevenOnly { get; private set; }

    /// <summary>The user has changed his mind: runs that had been withdrawn are tried again, too.</summary>
    public void Set(GsoSetting setting)
    {
        _maximumSegments = setting == GsoSetting.Off ? 1 : UdpSegmentLimit.Value;
        _maximumSize = _maximumSegments > 1 ? IpPacket.MaximumLength : 0;
        _suspicion = default;
        UnevenOnly = setting == GsoSetting.Uneven;
        Withdrawn = setting == GsoSetting.Off || _maximumSegments > 1 ? string.Empty : Unproved;
    }

    /// <summary>Whether a run of datagrams of this size, this many and this long in all, may be sent as one.</summary>
    public bool Allows(int size, int segments, int bytes) =>
        size <= _maximumSize && segments <= _maximumSegments && bytes <= _maximumBytes;

    /// <summary>How many datagrams of this size a run may have; one when there may be no run.</summary>
    public int Room(int size) => size <= _maximumSize ? Math.Clamp(_maximumBytes / size, 1, _maximumSegments) : 1;

    /// <summary>Errors that a run may get where its datagrams alone would pass.</summary>
    public static bool MayBeAboutRuns(Errno error) =>
        error.Value is LinuxConstants.EMSGSIZE or LinuxConstants.EIO or LinuxConstants.EINVAL or LinuxConstants.EOPNOTSUPP;

    /// <summary>The kernel refused a run.</summary>
    /// <param name="error">Why: <see cref="MayBeAboutRuns"/>.</param>
    /// <param name="size">The size of its datagrams.</param>
    public void Suspect(Errno error, int size)
    {
        _suspicion = error;
        _suspectSize = size;
    }

    /// <summary>A datagram of a run that was refused has been refused, too: it is not about runs.</summary>
    public void Acquit() => _suspicion = default;

    /// <summary>Something was sent; if a run had been refused before, such runs are not sent any more.</summary>
    /// <returns>True when <see cref="Withdrawn"/> has something new to say, for the first time.</returns>
    public bool TryConfirm()
    {
        if (_suspicion.IsNone)
        {
            return false;
        }

        bool isNews = Withdrawn.Length == 0;
        bool isSize = _suspicion.Value == LinuxConstants.EMSGSIZE;
        _maximumSize = isSize ? _suspectSize - 1 : 0;
        Withdrawn = isSize ? $"gso below {_suspectSize} bytes only" : $"gso off ({_suspicion})";
        _suspicion = default;
        return isNews;
    }

    /// <summary>The path takes larger packets than before: larger runs may be tried again.</summary>
    public void PathHasGrown()
    {
        if (_maximumSize > 0)
        {
            _maximumSize = IpPacket.MaximumLength;
            Withdrawn = string.Empty;
        }
    }

    private static int MaximumBytes(bool ipv6) => IpPacket.MaximumPayload(ipv6) - UdpHeader.HeaderLength;

    /// <summary>Writes the control message that makes a message a run.</summary>
    /// <param name="control"><see cref="ControlSize"/> bytes, aligned as cmsghdr.</param>
    /// <param name="size">Bytes of each datagram but the last.</param>
    public static void WriteControl(byte* control, ushort size)
    {
        // SAFETY: the caller's bytes hold a cmsghdr and two bytes of data.
        cmsghdr* header = (cmsghdr*)control;
        header->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(ushort));
        header->cmsg_level = LinuxConstants.SOL_UDP;
        header->cmsg_type = LinuxConstants.UDP_SEGMENT;
        *(ushort*)(control + sizeof(cmsghdr)) = size;
    }
}
