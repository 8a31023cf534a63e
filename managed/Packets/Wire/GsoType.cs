// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Packets.Wire;

/// <summary>gso_type of a <see cref="VnetHeader"/>: VIRTIO_NET_HDR_GSO_*. One byte; any value may come from a guest.</summary>
[Flags]
public enum GsoType
{
    /// <summary>One packet.</summary>
    None = VirtioNet.VIRTIO_NET_HDR_GSO_NONE,

    /// <summary>TCP over IPv4.</summary>
    TcpIpv4 = VirtioNet.VIRTIO_NET_HDR_GSO_TCPV4,

    /// <summary>TCP over IPv6.</summary>
    TcpIpv6 = VirtioNet.VIRTIO_NET_HDR_GSO_TCPV6,

    /// <summary>UDP over IPv4 or IPv6, datagram by datagram (USO), not fragment by fragment (UFO, which is 3).</summary>
    Udp = VirtioNet.VIRTIO_NET_HDR_GSO_UDP_L4,

    /// <summary>With one of the TCP types: the first segment may have CWR set.</summary>
    Ecn = VirtioNet.VIRTIO_NET_HDR_GSO_ECN,
}
