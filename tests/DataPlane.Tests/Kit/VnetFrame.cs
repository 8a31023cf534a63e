// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Kit;

/// <summary>Frames with a vnet header in front, as they cross the C boundary.</summary>
internal static class VnetFrame
{
    /// <summary>What a Linux guest accepts of virtio-net.</summary>
    public const uint AllOffloads = PlaneConstants.L2TP_OFFLOAD_CSUM
        | PlaneConstants.L2TP_OFFLOAD_TSO4 | PlaneConstants.L2TP_OFFLOAD_TSO6 | PlaneConstants.L2TP_OFFLOAD_ECN;

    /// <summary>What the guest sends. Behind the fields of virtio 1.2, 5.1.6 that mean something lies what nobody may read.</summary>
    public static byte[] FromGuest(VnetHeader header, int headerLength, byte[] frame)
    {
        byte[] bytes = ToGuest(header, headerLength, frame);
        bytes.AsSpan(VnetHeader.MinimumLength, headerLength - VnetHeader.MinimumLength).Fill(0xEE);
        return bytes;
    }

    /// <summary>What the guest gets: behind the fields lie zeros.</summary>
    public static byte[] ToGuest(VnetHeader header, int headerLength, byte[] frame)
    {
        byte[] bytes = [.. new byte[headerLength], .. frame];
        if (headerLength != 0)
        {
            header.Write(bytes.AsSpan(0, headerLength));
        }

        return bytes;
    }

    /// <summary>What the guest gets when the model has delivered something.</summary>
    public static byte[] ToGuest(Delivered delivered, int headerLength) =>
        ToGuest(delivered.Vnet ?? OfSingle(delivered.Frame), headerLength, delivered.Frame);

    /// <summary>The header of a frame that came alone to a guest that accepts checksum offload.</summary>
    public static VnetHeader OfSingle(byte[] frame) =>
        ChecksumOffload.IsVerified(frame) ? new VnetHeader { Flags = VnetHeader.DataValid } : default;
}
