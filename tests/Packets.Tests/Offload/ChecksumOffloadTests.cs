// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

public sealed class ChecksumOffloadTests
{
    [Fact]
    public void A_completed_frame_is_the_frame_a_sender_without_offload_would_have_made()
    {
        Prop.ForAll(TestPackets.Large.ToArbitrary(), packet =>
        {
            byte[] frame = (packet with { FieldSum = FieldSum.PseudoHeader }).ToFrame();
            byte[] expected = (packet with { FieldSum = FieldSum.Whole }).ToFrame();
            DropReason reason = ChecksumOffload.TryComplete(frame, packet.TransportOffset, packet.IsTcp ? 16 : 6);
            return reason == DropReason.None && frame.AsSpan().SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Zeros behind the packet, as of a NIC that pads to 60 bytes, add nothing.</summary>
    [Fact]
    public void Padding_behind_the_packet_does_not_change_the_checksum()
    {
        TestPacket packet = new() { Payload = [1], FieldSum = FieldSum.PseudoHeader };
        byte[] frame = [.. packet.ToFrame(), 0, 0, 0, 0, 0];
        Assert.Equal(DropReason.None, ChecksumOffload.TryComplete(frame, 34, 16));
        Assert.Equal((packet with { FieldSum = FieldSum.Whole }).ToFrame(), frame[..55]);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(59, 0)]
    [InlineData(58, 1)]
    [InlineData(0, 59)]
    [InlineData(60, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, int.MaxValue)]
    [InlineData(int.MaxValue, 0)]
    public void A_field_that_is_not_within_the_frame_leaves_it_as_it_is(int start, int offset)
    {
        byte[] frame = Noise.Bytes(60, 1);
        byte[] before = [.. frame];
        Assert.Equal(DropReason.BadChecksumField, ChecksumOffload.TryComplete(frame, start, offset));
        Assert.Equal(before, frame);
    }

    [Theory]
    [InlineData(58, 0)]
    [InlineData(0, 58)]
    [InlineData(30, 28)]
    public void A_field_at_the_very_end_is_completed(int start, int offset)
    {
        byte[] frame = Noise.Bytes(60, 1);
        Assert.Equal(DropReason.None, ChecksumOffload.TryComplete(frame, start, offset));
    }

    [Fact]
    public void A_frame_is_verified_when_its_checksum_is_right_and_not_when_any_bit_of_it_differs()
    {
        foreach (byte protocol in (byte[])[IpProtocol.Tcp, IpProtocol.Udp])
        {
            foreach (int version in (int[])[4, 6])
            {
                TestPacket packet = new() { IpVersion = version, Protocol = protocol, Payload = Noise.Bytes(33, 3), FieldSum = FieldSum.Whole };
                byte[] frame = packet.ToFrame();
                Assert.True(ChecksumOffload.IsVerified(frame));
                Assert.True(ChecksumOffload.IsVerified([.. frame, 0xAA, 0xBB]));
                for (int bit = packet.TransportOffset * 8; bit < frame.Length * 8; bit++)
                {
                    byte[] changed = [.. frame];
                    changed[bit / 8] ^= (byte)(1 << (bit % 8));
                    Assert.False(ChecksumOffload.IsVerified(changed));
                }
            }
        }
    }

    [Fact]
    public void A_frame_that_has_no_checksum_to_verify_is_not_verified()
    {
        TestPacket udp = new() { Protocol = IpProtocol.Udp, Payload = new byte[8] };
        Assert.False(ChecksumOffload.IsVerified((udp with { FieldSum = FieldSum.None }).ToFrame()));
        Assert.False(ChecksumOffload.IsVerified((udp with { DontFragment = false, Fragment = 0x2000 }).ToFrame()));
        Assert.False(ChecksumOffload.IsVerified((udp with { StatedLength = 20 }).ToFrame()));
        Assert.False(ChecksumOffload.IsVerified((udp with { StatedLength = 1000 }).ToFrame()));
        Assert.False(ChecksumOffload.IsVerified(TestKit.TestFrames.Create(60)));
        Assert.False(ChecksumOffload.IsVerified([]));
    }
}
