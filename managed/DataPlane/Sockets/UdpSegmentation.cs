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
// datagrams are sent one by one, and when one of them passes, the error was about the run.
//
// The socket's runs are in one of these states. Whoever sends, and whoever asks for the path MTU, tells events; nobody else
// decides.
//
//     state       runs that are sent          event                                            next
//     Off         none                        the user sets gso=on or uneven                   Trusted
//     Trusted     any within the limits       RunRefused                                       Suspected
//                                             the user sets gso=off                            Off
//     Limited     those below a size          RunRefused                                       Suspected
//                                             PathHasGrown                                     Trusted
//                                             the user sets gso=on or uneven, or gso=off       Trusted, or Off
//     Suspected   as before                   Sent: the error was EMSGSIZE                     Limited to less than that size
//                                             Sent: the error was another one                  Off
//                                             DatagramRefused: it is not about runs            Trusted or Limited, as before
//                                             RunRefused: the newer error counts               Suspected
//                                             PathHasGrown: the limit goes                     Suspected
//                                             the user sets gso=on or uneven, or gso=off       Trusted, or Off
//
// An event that a state does not have changes nothing. On a kernel that has shown no run, gso=on is Off, too.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Whether a socket sends runs; the table is at the head of the file.</summary>
internal enum SegmentationState
{
    /// <summary>No runs.</summary>
    Off,

    /// <summary>Any run.</summary>
    Trusted,

    /// <summary>Runs of datagrams below a size: longer ones do not fit the path.</summary>
    Limited,

    /// <summary>A run was refused, and nothing has been sent since: it may have been the run, or not.</summary>
    Suspected,
}

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
        _maximumBytes = maximumBytes;
        Begin(maximumSegments);
    }

    /// <summary>What is believed of runs.</summary>
    public SegmentationState State { get; private set; }

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
        Begin(setting == GsoSetting.Off ? 1 : UdpSegmentLimit.Value);
        UnevenOnly = setting == GsoSetting.Uneven;
        Withdrawn = setting == GsoSetting.Off || _maximumSegments > 1 ? string.Empty : Unproved;
    }

    /// <summary>Whether a run of datagrams of this size, this many and this long in all, may be sent as one.</summary>
    public bool Allows(int size, int segments, int bytes) =>
        size <= _maximumSize && segments <= _maximumSegments && bytes <= _maximumBytes;

    /// <summary>How many datagrams of this size a run may have; one when there may be no run.</summary>
    public int Room(int size) => size <= _maximumSize ? Math.Clamp(_maximumBytes / size, 1, _maximumSegments) : 1;

    /// <summary>Whether an error may be about the run that got it, so that its datagrams alone would pass.</summary>
    /// <param name="error">What the kernel said.</param>
    /// <param name="datagrams">Of the message; one is no run.</param>
    public static bool IsAboutRun(Errno error, int datagrams) =>
        datagrams > 1 && error.Value is LinuxConstants.EMSGSIZE or LinuxConstants.EIO or LinuxConstants.EINVAL or LinuxConstants.EOPNOTSUPP;

    /// <summary>Event: the kernel refused a run for good.</summary>
    /// <param name="error">Why: <see cref="IsAboutRun"/>.</param>
    /// <param name="size">The size of its datagrams.</param>
    public void RunRefused(Errno error, int size)
    {
        if (State != SegmentationState.Off)
        {
            State = SegmentationState.Suspected;
            _suspicion = error;
            _suspectSize = size;
        }
    }

    /// <summary>Event: the kernel refused a message for good, and not as a run. If a run is suspected, it was not about runs.</summary>
    public void DatagramRefused()
    {
        if (State == SegmentationState.Suspected)
        {
            State = IsLimited ? SegmentationState.Limited : SegmentationState.Trusted;
        }
    }

    /// <summary>Event: the kernel took a message. If a run is suspected, it was about the run.</summary>
    /// <returns>True when <see cref="Withdrawn"/> has something new to say, for the first time.</returns>
    public bool Sent()
    {
        if (State != SegmentationState.Suspected)
        {
            return false;
        }

        bool isNews = Withdrawn.Length == 0;
        bool isSize = _suspicion.Value == LinuxConstants.EMSGSIZE;
        State = isSize ? SegmentationState.Limited : SegmentationState.Off;
        _maximumSize = isSize ? _suspectSize - 1 : 0;
        Withdrawn = isSize ? $"gso below {_suspectSize} bytes only" : $"gso off ({_suspicion})";
        return isNews;
    }

    /// <summary>Event: the path takes larger packets than before, so larger runs may be tried again.</summary>
    public void PathHasGrown()
    {
        if (IsLimited)
        {
            State = State == SegmentationState.Limited ? SegmentationState.Trusted : State;
            _maximumSize = IpPacket.MaximumLength;
            Withdrawn = string.Empty;
        }
    }

    /// <summary>Limited, or suspected and limited before.</summary>
    private bool IsLimited => State != SegmentationState.Off && _maximumSize != IpPacket.MaximumLength;

    private void Begin(int maximumSegments)
    {
        bool sendsRuns = maximumSegments > 1;
        _maximumSegments = maximumSegments;
        _maximumSize = sendsRuns ? IpPacket.MaximumLength : 0;
        State = sendsRuns ? SegmentationState.Trusted : SegmentationState.Off;
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
