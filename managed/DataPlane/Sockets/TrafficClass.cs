// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>TOS or traffic class of one message (ip(7), IP_TOS; ipv6(7), IPV6_TCLASS).</summary>
internal static unsafe class TrafficClass
{
    /// <summary>CMSG_SPACE(sizeof(int)).</summary>
    public const int ControlSize = LinuxConstants.CMSG_SPACE_INT;

    /// <summary>Writes the control message.</summary>
    /// <param name="control"><see cref="ControlSize"/> bytes, aligned as cmsghdr.</param>
    /// <param name="value">The class.</param>
    /// <param name="ipv6">The socket's family.</param>
    public static void WriteControl(byte* control, byte value, bool ipv6)
    {
        // SAFETY: the caller's 24 bytes hold a cmsghdr (16) and an int.
        cmsghdr* header = (cmsghdr*)control;
        header->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(int));
        header->cmsg_level = ipv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;
        header->cmsg_type = ipv6 ? LinuxConstants.IPV6_TCLASS : LinuxConstants.IP_TOS;
        *(int*)(header + 1) = value;
    }
}
