// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>A frame as a guest gets it: with the vnet header, or with null where the frame was not looked into.</summary>
internal sealed record Delivered(byte[] Frame, VnetHeader? Vnet, int SegmentCount)
{
    public bool IsSameAs(Delivered other) =>
        Frame.AsSpan().SequenceEqual(other.Frame) && SegmentCount == other.SegmentCount && Nullable.Equals(Vnet, other.Vnet);

    public override string ToString() => $"{SegmentCount} x {Convert.ToHexStringLower(Frame.AsSpan(0, Math.Min(Frame.Length, 80)))}... ({Frame.Length}) gso {Vnet?.GsoSize}";
}
