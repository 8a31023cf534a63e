// SPDX-License-Identifier: GPL-2.0-or-later
//
// fd=N: options that whoever has opened the socket may have set, and that change what is sent or read through it:
//
//     time stamps, packet info, TTL, TOS, ...   a control message each, in front of UDP_GRO's
//     UDP_SEGMENT, UDP_CORK                     cut datagrams, hold them back
//     IP_HDRINCL, IPV6_CHECKSUM                 take our first bytes for an IP header, write into them
//     IP_RECVERR, O_ASYNC, SO_PEEK_OFF, ...     errors, signals, and looks into the queue that go elsewhere
//
// Each is set back to what a new socket has, and looked at once more: one that stays is refused. Kept is what says how
// packets travel, and nothing of the session knows or changes: the interface, marks, priority, rate, transparency.
// The settings tos= and ttl= hold as for any other socket.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Makes an inherited socket as a new one is.</summary>
internal static unsafe class InheritedOptions
{
    private const int BytesRoom = 256;

    private static readonly (int Level, int Option, int Value, string Name)[] s_common =
    [
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMP, 0, "SO_TIMESTAMP"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMP_NEW, 0, "SO_TIMESTAMP"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS, 0, "SO_TIMESTAMPNS"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS_NEW, 0, "SO_TIMESTAMPNS"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPING, 0, "SO_TIMESTAMPING"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPING_NEW, 0, "SO_TIMESTAMPING"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RXQ_OVFL, 0, "SO_RXQ_OVFL"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVMARK, 0, "SO_RCVMARK"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_WIFI_STATUS, 0, "SO_WIFI_STATUS"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_SELECT_ERR_QUEUE, 0, "SO_SELECT_ERR_QUEUE"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_ZEROCOPY, 0, "SO_ZEROCOPY"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TXTIME, 0, "SO_TXTIME"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_PEEK_OFF, -1, "SO_PEEK_OFF"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVLOWAT, 1, "SO_RCVLOWAT"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_DONTROUTE, 0, "SO_DONTROUTE"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_NO_CHECK, 0, "SO_NO_CHECK"),
        // Another process could bind the same port, and take part of what comes.
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_REUSEADDR, 0, "SO_REUSEADDR"),
        (LinuxConstants.SOL_SOCKET, LinuxConstants.SO_REUSEPORT, 0, "SO_REUSEPORT"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_PKTINFO, 0, "IP_PKTINFO"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVTTL, 0, "IP_RECVTTL"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVTOS, 0, "IP_RECVTOS"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVOPTS, 0, "IP_RECVOPTS"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RETOPTS, 0, "IP_RETOPTS"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVORIGDSTADDR, 0, "IP_RECVORIGDSTADDR"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_PASSSEC, 0, "IP_PASSSEC"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_CHECKSUM, 0, "IP_CHECKSUM"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVFRAGSIZE, 0, "IP_RECVFRAGSIZE"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVERR, 0, "IP_RECVERR"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVERR_RFC4884, 0, "IP_RECVERR_RFC4884"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_BIND_ADDRESS_NO_PORT, 0, "IP_BIND_ADDRESS_NO_PORT"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_TOS, 0, "IP_TOS"),
    ];

    private static readonly (int Level, int Option, int Value, string Name)[] s_ipv6 =
    [
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVPKTINFO, 0, "IPV6_RECVPKTINFO"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVHOPLIMIT, 0, "IPV6_RECVHOPLIMIT"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVTCLASS, 0, "IPV6_RECVTCLASS"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVRTHDR, 0, "IPV6_RECVRTHDR"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVHOPOPTS, 0, "IPV6_RECVHOPOPTS"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVDSTOPTS, 0, "IPV6_RECVDSTOPTS"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVPATHMTU, 0, "IPV6_RECVPATHMTU"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVORIGDSTADDR, 0, "IPV6_RECVORIGDSTADDR"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVFRAGSIZE, 0, "IPV6_RECVFRAGSIZE"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292PKTINFO, 0, "IPV6_2292PKTINFO"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292HOPLIMIT, 0, "IPV6_2292HOPLIMIT"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292RTHDR, 0, "IPV6_2292RTHDR"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292HOPOPTS, 0, "IPV6_2292HOPOPTS"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292DSTOPTS, 0, "IPV6_2292DSTOPTS"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVERR, 0, "IPV6_RECVERR"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVERR_RFC4884, 0, "IPV6_RECVERR_RFC4884"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_DONTFRAG, 0, "IPV6_DONTFRAG"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_TCLASS, 0, "IPV6_TCLASS"),
    ];

    private static readonly (int Level, int Option, int Value, string Name)[] s_udp =
    [
        (LinuxConstants.SOL_UDP, LinuxConstants.UDP_CORK, 0, "UDP_CORK"),
        (LinuxConstants.SOL_UDP, LinuxConstants.UDP_SEGMENT, 0, "UDP_SEGMENT"),
        (LinuxConstants.SOL_UDP, LinuxConstants.UDP_GRO, 0, "UDP_GRO"),
        (LinuxConstants.SOL_UDP, LinuxConstants.UDP_NO_CHECK6_TX, 0, "UDP_NO_CHECK6_TX"),
        (LinuxConstants.SOL_UDP, LinuxConstants.UDP_NO_CHECK6_RX, 0, "UDP_NO_CHECK6_RX"),
    ];

    private static readonly (int Level, int Option, int Value, string Name)[] s_raw4 =
    [
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_HDRINCL, 0, "IP_HDRINCL"),
        (LinuxConstants.IPPROTO_IP, LinuxConstants.IP_NODEFRAG, 0, "IP_NODEFRAG"),
    ];

    private static readonly (int Level, int Option, int Value, string Name)[] s_raw6 =
    [
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_HDRINCL, 0, "IPV6_HDRINCL"),
        (LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_CHECKSUM, -1, "IPV6_CHECKSUM"),
    ];

    /// <summary>Headers that the kernel would add to each packet: no bytes end them.</summary>
    private static readonly (int Option, string Name)[] s_headers6 =
    [
        (LinuxConstants.IPV6_HOPOPTS, "IPV6_HOPOPTS"),
        (LinuxConstants.IPV6_RTHDRDSTOPTS, "IPV6_RTHDRDSTOPTS"),
        (LinuxConstants.IPV6_RTHDR, "IPV6_RTHDR"),
        (LinuxConstants.IPV6_DSTOPTS, "IPV6_DSTOPTS"),
    ];

    /// <summary>Sets all of them back.</summary>
    /// <exception cref="OptionException">One stays.</exception>
    public static void Reset(int descriptor, int number, SocketPlan plan)
    {
        ResetFlags(descriptor);
        if (Read(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_LOCK_FILTER) is not (null or 0))
        {
            throw Stays(number, "SO_LOCK_FILTER", LinuxConstants.EPERM);
        }

        bool udp = plan.Carrier == Carrier.Udp;
        if (udp && Read(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_ENCAP) is not (null or 0))
        {
            throw Stays(number, "UDP_ENCAP", LinuxConstants.EBUSY);
        }

        Reset(descriptor, number, s_common);
        Reset(descriptor, number, udp ? s_udp : plan.IsIpv6 ? s_raw6 : s_raw4);
        RemoveHeader(descriptor, number, LinuxConstants.IPPROTO_IP, LinuxConstants.IP_OPTIONS, "IP_OPTIONS");
        Write(descriptor, LinuxConstants.IPPROTO_IP, LinuxConstants.IP_TTL, SocketTuning.SystemDefault);
        ResetBytes(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVTIMEO, 2 * sizeof(long));
        ResetBytes(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_SNDTIMEO, 2 * sizeof(long));
        if (plan.IsIpv6)
        {
            ResetIpv6(descriptor, number);
        }

        ResetDiscovery(descriptor, plan.IsIpv6);
    }

    /// <summary>Signals for each packet would go to whoever the opener has named, as does no other event of the socket.</summary>
    private static void ResetFlags(int descriptor)
    {
        int flags = Libc.fcntl(descriptor, LinuxConstants.F_GETFL, 0);
        _ = Libc.fcntl(descriptor, LinuxConstants.F_SETFL, flags & ~LinuxConstants.O_ASYNC);
    }

    private static void ResetIpv6(int descriptor, int number)
    {
        Reset(descriptor, number, s_ipv6);
        foreach ((int option, string name) in s_headers6)
        {
            RemoveHeader(descriptor, number, LinuxConstants.IPPROTO_IPV6, option, name);
        }

        // The source address and the interface of each packet: struct in6_pktinfo.
        ResetBytes(descriptor, LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_PKTINFO, 20);
        Write(descriptor, LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_UNICAST_HOPS, SocketTuning.SystemDefault);
        // Where the kernel fragments, below the path MTU; it tells nobody.
        Write(descriptor, LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_MTU, 0);
    }

    private static void Reset(int descriptor, int number, ReadOnlySpan<(int Level, int Option, int Value, string Name)> options)
    {
        foreach ((int level, int option, int value, string name) in options)
        {
            // An option that this kernel does not know cannot have been set.
            if (Read(descriptor, level, option) is not { } before || before == value)
            {
                continue;
            }

            Errno error = Write(descriptor, level, option, value);
            if (Read(descriptor, level, option) != value)
            {
                throw Stays(number, name, error.Value);
            }
        }
    }

    private static void RemoveHeader(int descriptor, int number, int level, int option, string name)
    {
        if (!HasBytes(descriptor, level, option))
        {
            return;
        }

        // SAFETY: no bytes are read.
        Errno error = Libc.setsockopt(descriptor, level, option, null, 0) == 0 ? default : Errno.Last;
        if (HasBytes(descriptor, level, option))
        {
            throw Stays(number, name, error.Value);
        }
    }

    /// <summary>How IP_MTU_DISCOVER is on a new socket, the system decides.</summary>
    private static void ResetDiscovery(int descriptor, bool ipv6)
    {
        int family = ipv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET;
        int level = ipv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;
        int option = ipv6 ? LinuxConstants.IPV6_MTU_DISCOVER : LinuxConstants.IP_MTU_DISCOVER;
        int other = Libc.socket(family, LinuxConstants.SOCK_DGRAM | LinuxConstants.SOCK_CLOEXEC, LinuxConstants.IPPROTO_UDP);
        int usual = (other < 0 ? null : Read(other, level, option)) ?? LinuxConstants.IP_PMTUDISC_WANT;
        if (other >= 0)
        {
            _ = Libc.close(other);
        }

        Write(descriptor, level, option, usual);
    }

    private static int? Read(int descriptor, int level, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        // SAFETY: the kernel writes at most length bytes, which live on this stack; of a longer value, the first ones.
        return Libc.getsockopt(descriptor, level, option, &value, &length) == 0 ? value : null;
    }

    private static bool HasBytes(int descriptor, int level, int option)
    {
        byte* bytes = stackalloc byte[BytesRoom];
        uint* length = stackalloc uint[] { BytesRoom };
        // SAFETY: the kernel writes at most length bytes, which live on this stack, as does the length.
        return Libc.getsockopt(descriptor, level, option, bytes, length) == 0 && *length != 0;
    }

    private static Errno Write(int descriptor, int level, int option, int value) =>
        // SAFETY: the option takes an int, which lives on this stack.
        Libc.setsockopt(descriptor, level, option, &value, sizeof(int)) == 0 ? default : Errno.Last;

    private static void ResetBytes(int descriptor, int level, int option, int size)
    {
        byte* zeroes = stackalloc byte[size];
        new Span<byte>(zeroes, size).Clear();
        // SAFETY: the bytes live on this stack and their length goes with them.
        _ = Libc.setsockopt(descriptor, level, option, zeroes, (uint)size);
    }

    private static OptionException Stays(int number, string name, int errno) =>
        new($"fd={number} has the option {name}, which cannot be reset ({new Errno(errno)}); open the socket without it", errno == 0 ? LinuxConstants.EINVAL : errno);
}
