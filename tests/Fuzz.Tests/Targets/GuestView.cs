// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace Fuzz.Tests.Targets;

/// <summary>A guest that believes nothing: reads the vnet header of what it gets (virtio 1.2, 5.1.6.4) and cuts large frames again.</summary>
/// <param name="headerLength">Bytes of the vnet header.</param>
/// <param name="offloads">What its driver accepts: L2TP_OFFLOAD_*.</param>
/// <param name="pads">Its NIC wants 60 bytes.</param>
internal sealed class GuestView(int headerLength, uint offloads, bool pads)
{
    /// <summary>What a Linux guest accepts of virtio-net.</summary>
    public const uint AllOffloads = PlaneConstants.L2TP_OFFLOAD_CSUM
        | PlaneConstants.L2TP_OFFLOAD_TSO4 | PlaneConstants.L2TP_OFFLOAD_TSO6 | PlaneConstants.L2TP_OFFLOAD_ECN;

    private const int MinimumFrame = 60;
    private const int MaximumPacket = 65_535;
    private const byte Cwr = 0x80;

    /// <summary>A frame as the guest gets it.</summary>
    public byte[] Padded(byte[] frame) => pads && frame.Length < MinimumFrame ? [.. frame, .. new byte[MinimumFrame - frame.Length]] : frame;

    /// <summary>The frames of the wire that a delivered one stands for.</summary>
    public List<byte[]> Segments(byte[] delivered)
    {
        Check.That(delivered.Length > headerLength, "no more than a vnet header");
        byte[] frame = delivered[headerLength..];
        Check.That(!pads || frame.Length >= MinimumFrame, "a short frame for a NIC that wants 60 bytes");
        if (headerLength == 0)
        {
            return [frame];
        }

        ReadOnlySpan<byte> header = delivered.AsSpan(0, headerLength);
        Check.That(!header[VnetHeader.MinimumLength..].ContainsAnyExcept((byte)0), "something behind the fields of the vnet header");
        _ = VnetHeader.TryRead(header, out VnetHeader vnet);
        if (vnet.GsoType != GsoType.None)
        {
            return Cut(frame, vnet);
        }

        bool isVerified = SlowPacket.TryRead(frame)?.IsVerified == true && Accepts(PlaneConstants.L2TP_OFFLOAD_CSUM);
        bool mayDiffer = pads && frame.Length == MinimumFrame;
        bool saysSo = vnet.Flags == VnetHeader.DataValid;
        Check.That(IsSame(vnet, saysSo ? new VnetHeader { Flags = VnetHeader.DataValid } : default), "fields that mean nothing in a vnet header");
        Check.That(isVerified == saysSo || (mayDiffer && !saysSo), "DATA_VALID of a checksum that is not, or the other way round");
        return [frame];
    }

    private List<byte[]> Cut(byte[] frame, VnetHeader vnet)
    {
        SlowPacket? read = SlowPacket.TryRead(frame);
        Check.That(read is { IsTcp: true, IsSourceRouted: false }, "a large frame that is not TCP");
        if (pads && frame.Length == MinimumFrame)
        {
            frame = frame[..read!.End];
        }

        SlowPacket packet = read! with { Bytes = frame };
        bool hasCwr = (frame[packet.Transport + 13] & Cwr) != 0;
        uint wanted = packet.Version == 4 ? PlaneConstants.L2TP_OFFLOAD_TSO4 : PlaneConstants.L2TP_OFFLOAD_TSO6;
        Check.That(Accepts(PlaneConstants.L2TP_OFFLOAD_CSUM) && Accepts(wanted), "a large frame for a guest that does not take it");
        Check.That(!hasCwr || Accepts(PlaneConstants.L2TP_OFFLOAD_ECN), "CWR for a guest that does not take it");
        GsoType type = packet.Version == 4 ? GsoType.TcpIpv4 : GsoType.TcpIpv6;
        VnetHeader expected = new()
        {
            Flags = VnetHeader.NeedsChecksum,
            GsoType = hasCwr ? type | GsoType.Ecn : type,
            HdrLen = (ushort)packet.Payload,
            GsoSize = vnet.GsoSize,
            CsumStart = (ushort)packet.Transport,
            CsumOffset = 16,
        };
        Check.That(IsSame(vnet, expected), "the vnet header of a large frame");
        Check.That(vnet.GsoSize != 0 && frame.Length - packet.Payload > vnet.GsoSize, "a large frame of one segment");
        Check.That(packet.End == frame.Length && frame.Length - packet.Network <= MaximumPacket, "the length of a large frame");
        byte[] pseudoHeader = packet.PseudoHeader(frame.Length - packet.Transport);
        Check.Equal(ReferenceChecksum.Fold(pseudoHeader), (ulong)SlowPacket.Word(frame, packet.ChecksumAt), "the pseudo header's sum");
        Check.That(packet.Version == 6 || ReferenceChecksum.Fold(frame.AsSpan(packet.Network, 20)) == 0xFFFF, "the IPv4 checksum of a large frame");

        // Alone, each of them would have been filled to the length that the NIC wants.
        return [.. SlowSegments.Cut(packet, vnet.GsoSize).Select(Padded)];
    }

    private static bool IsSame(VnetHeader one, VnetHeader other)
    {
        Span<byte> bytes = stackalloc byte[2 * VnetHeader.MinimumLength];
        one.Write(bytes[..VnetHeader.MinimumLength]);
        other.Write(bytes[VnetHeader.MinimumLength..]);
        return bytes[..VnetHeader.MinimumLength].SequenceEqual(bytes[VnetHeader.MinimumLength..]);
    }

    private bool Accepts(uint offload) => (offloads & offload) != 0;
}
