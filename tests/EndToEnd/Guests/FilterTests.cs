// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace EndToEnd.Guests;

/// <summary>
/// filter-mirror and filter-redirector on a netdev whose NIC has a vnet header. What they make of it is QEMU's own affair, the same with
/// a tap, and the same in every release; the limits in managed/DataPlane/Options/README.md say what these tests show. PluginOptionTests has filter-dump.
/// </summary>
public sealed class FilterTests(FilteredGuest filtered) : IClassFixture<FilteredGuest>
{
    private const int VnetHeader = 12;
    private const int EtherTypeOffset = 12;

    [Fact]
    public void A_mirror_with_vnet_hdr_support_tells_the_length_of_the_vnet_header_in_front_of_the_frame()
    {
        (byte[] packet, uint header) = filtered.Next("header", lengths: 2);
        Assert.Equal((uint)VnetHeader, header);
        AssertIsFrame(packet.AsSpan(VnetHeader));
    }

    [Fact]
    public void A_mirror_without_vnet_hdr_support_has_the_vnet_header_and_does_not_say_so()
    {
        (byte[] packet, _) = filtered.Next("plain", lengths: 1);
        AssertIsFrame(packet.AsSpan(VnetHeader));
    }

    [Fact]
    public void With_offload_off_a_mirror_has_the_frame_alone()
    {
        (byte[] packet, _) = filtered.Next("off", lengths: 1);
        AssertIsFrame(packet);
    }

    [Fact]
    public void What_a_redirector_with_vnet_hdr_support_hands_in_goes_to_the_wire_whole()
    {
        byte[] frame = TestFrames.Create(100, seed: 7);
        filtered.Inject("inject", [.. new byte[VnetHeader], .. frame], VnetHeader + frame.Length, VnetHeader);
        byte[] expected = filtered.Link.Netdev(1).Datagram(frame);
        Eventually.Get(() => filtered.Wire.Receive(), datagram => datagram.AsSpan().SequenceEqual(expected), () => "the frame on the wire");
    }

    /// <summary>They stand where the netdev looks for the vnet header; zeros are a good one.</summary>
    [Fact]
    public void What_a_redirector_without_vnet_hdr_support_hands_in_loses_its_first_12_bytes()
    {
        byte[] frame = TestFrames.Create(100, seed: 8);
        frame.AsSpan(0, VnetHeader).Clear();
        filtered.Inject("inject-plain", frame, frame.Length);
        byte[] expected = filtered.Link.Netdev(1).Datagram(frame.AsSpan(VnetHeader));
        Eventually.Get(() => filtered.Wire.Receive(), datagram => datagram.AsSpan().SequenceEqual(expected), () => "the rest of the frame on the wire");
    }

    private static void AssertIsFrame(ReadOnlySpan<byte> frame) =>
        Assert.Contains(BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeOffset..]), (ushort[])[0x0800, 0x0806, 0x86DD]);
}
