// SPDX-License-Identifier: GPL-2.0-or-later
//
// The feature bits that a front-end and we may agree on. A bit that we do not offer, QEMU takes away from its guest, also where the bit is QEMU's own
// business: the control queue, the link's status. So those are offered, too.
//
// Not offered: multiqueue and RSS (one pair of queues), CTRL_GUEST_OFFLOADS (the front-end would not tell us what the driver changes), UFO (IP fragments),
// packed rings, an IOMMU.

using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Device;

/// <summary>Feature bits of virtio-net and vhost.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Features(ulong Bits)
{
    /// <summary>VHOST_USER_F_PROTOCOL_FEATURES: a bit that virtio leaves unused.</summary>
    public const ulong Protocol = 1UL << 30;

    private const ulong Always = Protocol
        | (1UL << VhostConstants.VHOST_F_LOG_ALL)
        | (1UL << VhostConstants.VIRTIO_F_VERSION_1)
        | (1UL << VhostConstants.VIRTIO_RING_F_EVENT_IDX)
        | (1UL << VhostConstants.VIRTIO_RING_F_INDIRECT_DESC)
        | (1UL << VhostConstants.VIRTIO_NET_F_MRG_RXBUF);

    private const ulong FrontEnds = (1UL << VhostConstants.VIRTIO_NET_F_STATUS)
        | (1UL << VhostConstants.VIRTIO_NET_F_MTU)
        | (1UL << VhostConstants.VIRTIO_NET_F_CTRL_VQ)
        | (1UL << VhostConstants.VIRTIO_NET_F_CTRL_RX)
        | (1UL << VhostConstants.VIRTIO_NET_F_CTRL_VLAN)
        | (1UL << VhostConstants.VIRTIO_NET_F_CTRL_RX_EXTRA)
        | (1UL << VhostConstants.VIRTIO_NET_F_CTRL_MAC_ADDR)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_ANNOUNCE);

    private const ulong Offloads = (1UL << VhostConstants.VIRTIO_NET_F_CSUM)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_CSUM)
        | (1UL << VhostConstants.VIRTIO_NET_F_GSO)
        | (1UL << VhostConstants.VIRTIO_NET_F_HOST_TSO4)
        | (1UL << VhostConstants.VIRTIO_NET_F_HOST_TSO6)
        | (1UL << VhostConstants.VIRTIO_NET_F_HOST_ECN)
        | (1UL << VhostConstants.VIRTIO_NET_F_HOST_USO)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_TSO4)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_TSO6)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_ECN)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_USO4)
        | (1UL << VhostConstants.VIRTIO_NET_F_GUEST_USO6);

    /// <summary>A frame may have more than one chain.</summary>
    public bool IsMergeable => Has(VhostConstants.VIRTIO_NET_F_MRG_RXBUF);

    /// <summary>Indirect descriptor tables.</summary>
    public bool TakesIndirect => Has(VhostConstants.VIRTIO_RING_F_INDIRECT_DESC);

    /// <summary>Kicks and interrupts are asked for by index.</summary>
    public bool UsesEventIndex => Has(VhostConstants.VIRTIO_RING_F_EVENT_IDX);

    /// <summary>What we write is logged.</summary>
    public bool IsLogged => Has(VhostConstants.VHOST_F_LOG_ALL);

    /// <summary>Queues are disabled until the front-end enables them.</summary>
    public bool KnowsEnable => (Bits & Protocol) != 0;

    /// <summary>Bytes in front of each frame (virtio 1.2, 5.1.6.1).</summary>
    public int HeaderLength => IsMergeable || Has(VhostConstants.VIRTIO_F_VERSION_1)
        ? VhostConstants.sizeof_virtio_net_hdr_mrg_rxbuf
        : VhostConstants.sizeof_virtio_net_hdr;

    /// <summary>What the guest's driver takes on receive: L2TP_OFFLOAD_*.</summary>
    public uint GuestOffloads =>
        If(VhostConstants.VIRTIO_NET_F_GUEST_CSUM, PlaneConstants.L2TP_OFFLOAD_CSUM)
        | If(VhostConstants.VIRTIO_NET_F_GUEST_TSO4, PlaneConstants.L2TP_OFFLOAD_TSO4)
        | If(VhostConstants.VIRTIO_NET_F_GUEST_TSO6, PlaneConstants.L2TP_OFFLOAD_TSO6)
        | If(VhostConstants.VIRTIO_NET_F_GUEST_ECN, PlaneConstants.L2TP_OFFLOAD_ECN)
        | If(VhostConstants.VIRTIO_NET_F_GUEST_USO4, PlaneConstants.L2TP_OFFLOAD_USO4)
        | If(VhostConstants.VIRTIO_NET_F_GUEST_USO6, PlaneConstants.L2TP_OFFLOAD_USO6);

    /// <summary>What we offer.</summary>
    /// <param name="offload">The session takes checksums and segmentation: not offload=off.</param>
    public static ulong Offered(bool offload) => Always | FrontEnds | (offload ? Offloads : 0);

    private bool Has(int bit) => (Bits & (1UL << bit)) != 0;

    private uint If(int bit, uint offload) => Has(bit) ? offload : 0;
}
