// SPDX-License-Identifier: GPL-2.0-or-later
//
// virtio_net_hdr (virtio 1.2, 5.1.6): what guest and host tell each other about a frame, in front of it.
//
//   offset  0      1         2        4         6           8            10           12
//           flags  gso_type  hdr_len  gso_size  csum_start  csum_offset  num_buffers  hash, tunnel ...
//
// QEMU sets one of four lengths: 10 (no num_buffers), 12, 20 (hash report), 24 (tunnels). num_buffers is filled by virtio-net
// itself; hash and tunnel fields are features this netdev does not offer. So the first 10 bytes are all there is to say,
// and the rest is written as 0 and not read. Fields are little endian: QEMU hands them so on x86-64, whatever the guest.

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace L2tpv3.Packets.Wire;

/// <summary>The fields of a virtio_net_hdr, under their own names but for case.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct VnetHeader
{
    /// <summary>Bytes that carry anything; the shortest length a NIC sets.</summary>
    public const int MinimumLength = VirtioNet.sizeof_virtio_net_hdr;

    /// <summary>The longest length a NIC sets: with the fields for tunnels, which Debian 12's linux/virtio_net.h has not.</summary>
    public const int MaximumLength = 24;

    /// <summary>flags: the checksum at csum_start + csum_offset holds the pseudo header's sum only.</summary>
    public const byte NeedsChecksum = VirtioNet.VIRTIO_NET_HDR_F_NEEDS_CSUM;

    /// <summary>flags, towards the guest: the checksum has been verified.</summary>
    public const byte DataValid = VirtioNet.VIRTIO_NET_HDR_F_DATA_VALID;

    /// <summary>flags: VIRTIO_NET_HDR_F_*.</summary>
    public byte Flags { get; init; }

    /// <summary>gso_type with its ECN bit.</summary>
    public GsoType GsoType { get; init; }

    /// <summary>hdr_len: bytes of all headers. A hint, and often wrong from a guest that forwards: never relied on.</summary>
    public ushort HdrLen { get; init; }

    /// <summary>gso_size: payload bytes of each segment.</summary>
    public ushort GsoSize { get; init; }

    /// <summary>csum_start: where in the frame the checksum begins to cover.</summary>
    public ushort CsumStart { get; init; }

    /// <summary>csum_offset: where behind csum_start the checksum lies.</summary>
    public ushort CsumOffset { get; init; }

    /// <summary>The lengths that QEMU's NICs set.</summary>
    /// <param name="length">Bytes of the header in front of each frame.</param>
    public static bool IsLength(int length) => length
        is MinimumLength or VirtioNet.sizeof_virtio_net_hdr_mrg_rxbuf or VirtioNet.sizeof_virtio_net_hdr_v1_hash or MaximumLength;

    /// <summary>The guest has left nothing to do: the other fields mean nothing then.</summary>
    /// <param name="bytes">At least <see cref="MinimumLength"/>.</param>
    public static bool AsksNothing(ReadOnlySpan<byte> bytes) => (bytes[VirtioNet.offsetof_virtio_net_hdr_flags] | bytes[VirtioNet.offsetof_virtio_net_hdr_gso_type]) == 0;

    /// <summary>Reads the header, if it is there whole.</summary>
    /// <param name="bytes">What lies in front of the frame, or more.</param>
    /// <param name="header">Its fields, not checked in any way.</param>
    /// <returns>False when there are fewer than <see cref="MinimumLength"/> bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out VnetHeader header)
    {
        header = default;
        if (bytes.Length < MinimumLength)
        {
            return false;
        }

        header = new VnetHeader
        {
            Flags = bytes[VirtioNet.offsetof_virtio_net_hdr_flags],
            GsoType = (GsoType)bytes[VirtioNet.offsetof_virtio_net_hdr_gso_type],
            HdrLen = BinaryPrimitives.ReadUInt16LittleEndian(bytes[VirtioNet.offsetof_virtio_net_hdr_hdr_len..]),
            GsoSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[VirtioNet.offsetof_virtio_net_hdr_gso_size..]),
            CsumStart = BinaryPrimitives.ReadUInt16LittleEndian(bytes[VirtioNet.offsetof_virtio_net_hdr_csum_start..]),
            CsumOffset = BinaryPrimitives.ReadUInt16LittleEndian(bytes[VirtioNet.offsetof_virtio_net_hdr_csum_offset..]),
        };
        return true;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">Exactly the length the NIC set; bytes behind the fields become 0.</param>
    public void Write(Span<byte> destination)
    {
        destination[VirtioNet.offsetof_virtio_net_hdr_flags] = Flags;
        destination[VirtioNet.offsetof_virtio_net_hdr_gso_type] = (byte)GsoType;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VirtioNet.offsetof_virtio_net_hdr_hdr_len..], HdrLen);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VirtioNet.offsetof_virtio_net_hdr_gso_size..], GsoSize);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VirtioNet.offsetof_virtio_net_hdr_csum_start..], CsumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VirtioNet.offsetof_virtio_net_hdr_csum_offset..], CsumOffset);
        destination[MinimumLength..].Clear();
    }
}

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
