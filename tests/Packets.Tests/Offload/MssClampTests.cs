// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

public sealed class MssClampTests
{
    private const int FullFrame = 1514;

    /// <summary>MSS 1460, SACK permitted, timestamps, NOP, window scale: what Linux sends.</summary>
    private static readonly byte[] s_linuxOptions = [2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];

    private static readonly TestPacket s_syn = new() { Control = TcpControl.Syn, TcpOptions = s_linuxOptions };

    [Theory]
    [InlineData(4, 0, 1400, 1346)]
    [InlineData(6, 0, 1400, 1326)]
    [InlineData(4, 4, 1400, 1342)]
    [InlineData(6, 8, 1400, 1318)]
    public void The_mss_of_a_syn_becomes_what_fits_a_frame_with_its_headers_and_tags(int version, int tags, int maximumFrame, int mss)
    {
        TestPacket syn = s_syn with { IpVersion = version, Tags = tags == 0 ? [] : tags == 4 ? [0x81, 0, 0, 5] : [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5] };
        byte[] frame = syn.ToFrame();

        Assert.True(MssClamp.TryClamp(frame, frame.Length, maximumFrame, needsChecksum: false));

        byte[] expected = (syn with { TcpOptions = [2, 4, (byte)(mss >> 8), (byte)mss, .. s_linuxOptions[4..]] }).ToFrame();
        Assert.Equal(expected, frame);
    }

    [Fact]
    public void The_mss_of_a_syn_ack_is_clamped_too()
    {
        Assert.True(Clamps(s_syn with { Control = TcpControl.Syn | TcpControl.Ack }, 1400));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Of_all_control_bits_only_SYN_makes_a_connection_request(int version)
    {
        for (int control = 0; control < 256; control++)
        {
            TestPacket packet = s_syn with { IpVersion = version, Control = (TcpControl)control };
            Assert.Equal(packet.Control.HasFlag(TcpControl.Syn), Clamps(packet, 1400));
        }
    }

    /// <summary>Where a plain frame has its control bits, these have something else.</summary>
    [Fact]
    public void A_request_behind_IP_options_or_extension_headers_is_found()
    {
        Assert.True(Clamps(s_syn with { IpOptions = [1, 1, 1, 1] }, 1400));
        Assert.True(Clamps(s_syn with { IpVersion = 6, DontFragment = false, IpOptions = [IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0] }, 1400));
    }

    [Fact]
    public void An_mss_that_fits_stays_as_it_is()
    {
        Assert.False(Clamps(s_syn, FullFrame));
        Assert.True(Clamps(s_syn, FullFrame - 1));
    }

    [Fact]
    public void Nothing_but_a_connection_request_is_touched()
    {
        Assert.False(Clamps(s_syn with { Control = TcpControl.Ack }, 1400));
        Assert.False(Clamps(s_syn with { Control = TcpControl.Rst }, 1400));
        Assert.False(Clamps(s_syn with { DontFragment = false, Fragment = 0x2000 }, 1400));
        Assert.False(Clamps(s_syn with { Protocol = IpProtocol.Udp, Payload = [.. new byte[12], .. s_linuxOptions] }, 1400));
        Assert.False(Clamps(s_syn with { StatedLength = 40 }, 1400));
    }

    [Theory]
    [InlineData("01010101")]
    [InlineData("00000000020405b4")]
    [InlineData("0203b400")]
    [InlineData("02000405")]
    [InlineData("0801020405b40000")]
    [InlineData("01010102")]
    [InlineData("01010204")]
    [InlineData("08ff020405b40000")]
    public void Options_that_state_no_whole_mss_are_left_alone(string options)
    {
        Assert.False(Clamps(s_syn with { TcpOptions = Convert.FromHexString(options) }, 1400));
    }

    [Fact]
    public void An_mss_option_of_a_wrong_length_is_stepped_over()
    {
        Assert.True(Clamps(s_syn with { TcpOptions = [2, 2, 2, 4, 0x05, 0xb4, 0, 0] }, 1400));
    }

    /// <summary>RFC 5925, 5.1: its signature covers the options. Before the MSS, behind it, and with padding between them.</summary>
    [Theory]
    [InlineData("1d10010200112233445566778899aabb" + "020405b4")]
    [InlineData("020405b4" + "1d10010200112233445566778899aabb")]
    [InlineData("020405b4" + "0101" + "1d0401020101" + "00000000")]
    public void The_mss_of_a_request_with_TCP_AO_stays(string options)
    {
        foreach (TestPacket request in Requests(options))
        {
            Assert.False(Clamps(request, 1400));
        }
    }

    /// <summary>RFC 2385, 2.0: its signature covers no options.</summary>
    [Theory]
    [InlineData("1312" + "00112233445566778899aabbccddeeff" + "0101" + "020405b4")]
    [InlineData("020405b4" + "1312" + "00112233445566778899aabbccddeeff" + "0101")]
    public void The_mss_of_a_request_with_TCP_MD5_is_clamped(string options)
    {
        foreach (TestPacket request in Requests(options))
        {
            Assert.True(Clamps(request, 1400));
        }
    }

    /// <summary>What follows the end of the list, or lies within an option, is no option.</summary>
    [Theory]
    [InlineData("020405b4" + "00" + "1d04010200" + "0000")]
    [InlineData("020405b4" + "fe06" + "1d040102" + "0000")]
    public void Bytes_that_only_look_like_TCP_AO_mean_nothing(string options)
    {
        foreach (TestPacket request in Requests(options))
        {
            Assert.True(Clamps(request, 1400));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(54)]
    [InlineData(-100)]
    public void A_path_that_takes_no_payload_at_all_is_no_reason_to_write_nonsense(int maximumFrame)
    {
        Assert.False(Clamps(s_syn, maximumFrame));
    }

    [Fact]
    public void An_mss_at_an_odd_offset_is_clamped_with_its_checksum()
    {
        TestPacket syn = s_syn with { TcpOptions = [1, 2, 4, 0x05, 0xb4, 1, 1, 0] };
        byte[] frame = syn.ToFrame();
        Assert.True(MssClamp.TryClamp(frame, frame.Length, 999, needsChecksum: false));
        Assert.Equal((syn with { TcpOptions = [1, 2, 4, 0x03, 0xb1, 1, 1, 0] }).ToFrame(), frame);
    }

    [Fact]
    public void A_request_with_NEEDS_CSUM_is_right_once_its_checksum_is_completed()
    {
        TestPacket syn = s_syn with { FieldSum = FieldSum.PseudoHeader };
        byte[] frame = syn.ToFrame();

        Assert.True(MssClamp.TryClamp(frame, frame.Length, 1400, needsChecksum: true));
        Assert.Equal(DropReason.None, ChecksumOffload.TryComplete(frame, 34, 16));

        Assert.Equal((syn with { FieldSum = FieldSum.Whole, TcpOptions = [2, 4, 0x05, 0x42, .. s_linuxOptions[4..]] }).ToFrame(), frame);
    }

    [Fact]
    public void A_wrong_checksum_stays_wrong_and_a_right_one_right_for_any_values()
    {
        Gen<(TestPacket Syn, int Maximum)> cases =
            from mss in Numbers.UInt16
            from odd in Gen.Elements(true, false)
            from maximum in Gen.Choose(60, 9100)
            from sequence in Numbers.UInt32
            from sum in Gen.Elements(FieldSum.Whole, FieldSum.Wrong)
            let option = (byte[])[2, 4, (byte)(mss >> 8), (byte)mss]
            select (s_syn with { Sequence = sequence, FieldSum = sum, TcpOptions = odd ? [1, .. option, 1, 1, 1] : [1, 1, .. option, 1, 1] }, maximum);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            byte[] frame = test.Syn.ToFrame();
            _ = MssClamp.TryClamp(frame, frame.Length, test.Maximum, needsChecksum: false);
            return ChecksumOffload.IsVerified(frame) == (test.Syn.FieldSum == FieldSum.Whole);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>SYN and SYN-ACK, both families.</summary>
    private static IEnumerable<TestPacket> Requests(string options) =>
        from version in (int[])[4, 6]
        from control in (TcpControl[])[TcpControl.Syn, TcpControl.Syn | TcpControl.Ack]
        select s_syn with { IpVersion = version, Control = control, TcpOptions = Convert.FromHexString(options) };

    private static bool Clamps(TestPacket packet, int maximumFrame)
    {
        byte[] frame = packet.ToFrame();
        byte[] before = [.. frame];
        bool clamped = MssClamp.TryClamp(frame, frame.Length, maximumFrame, needsChecksum: false);
        Assert.Equal(clamped, !frame.AsSpan().SequenceEqual(before));
        return clamped;
    }
}
