// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whether the kernel may fragment (ip(7), IP_MTU_DISCOVER; ipv6(7), IPV6_MTU_DISCOVER). It is a state of the socket, so
// datagrams that differ in it are sent by different calls.
//
// The system's default, `Want`, does not do for IPv4: it decides about DF by the length of what it is given, and a run
// (UDP_SEGMENT) is longer than any path (__ip_make_skb: skb->len <= dst_mtu). Then no datagram of a run has DF, a narrow
// router fragments every one of them, and no ICMP error ever says so. So what fits the path is sent with `Do`.

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Who may fragment a datagram.</summary>
internal enum PmtuDiscovery : byte
{
    /// <summary>Everybody: never DF.</summary>
    Dont = LinuxConstants.IP_PMTUDISC_DONT,

    /// <summary>This host, what is longer than the path; the rest has DF, but for runs.</summary>
    Want = LinuxConstants.IP_PMTUDISC_WANT,

    /// <summary>Nobody: always DF, and what is longer than the path is refused with EMSGSIZE.</summary>
    Do = LinuxConstants.IP_PMTUDISC_DO,
}
