// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;

namespace DataPlane.Tests.Transmit;

/// <summary>Guest to wire, over real sockets.</summary>
public sealed class TransmitTests(Lab lab)
{
    private const int BatchSize = 256;

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void A_frame_leaves_as_the_literal_datagram_when_the_burst_is_over(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        byte[] frame = TestFrames.Create(60);

        Assert.Equal(60, tunnel.Session.Transmit(frame));
        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        Assert.True(tunnel.Host.IsScheduled);

        tunnel.Session.RunIfScheduled();
        Assert.Equal(tunnel.Netdev.Datagram(frame, counter: 1), tunnel.Peer.Receive());
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void A_frame_of_65000_bytes_leaves_whole(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        byte[] frame = TestFrames.Create(65_000);

        tunnel.Session.Send(frame);

        Assert.Equal(tunnel.Netdev.Datagram(frame, counter: 1), tunnel.Peer.Receive());
    }

    [Fact]
    public unsafe void How_a_frame_is_cut_into_pieces_means_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        byte[] frame = TestFrames.Create(100);
        fixed (byte* bytes = frame)
        {
            iovec* pieces = stackalloc iovec[4];
            pieces[0] = new iovec { iov_base = bytes, iov_len = 12 };
            pieces[1] = new iovec { iov_base = bytes + 12, iov_len = 1 };
            pieces[2] = new iovec { iov_base = null, iov_len = 0 };
            pieces[3] = new iovec { iov_base = bytes + 13, iov_len = 87 };
            Assert.Equal(100, tunnel.Session.Transmit(pieces, 4));
        }

        tunnel.Session.RunIfScheduled();
        Assert.Equal(tunnel.Netdev.Datagram(frame, counter: 1), tunnel.Peer.Receive());
    }

    [Fact]
    public void Frames_of_one_burst_leave_in_order_with_one_system_call()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Send(Enumerable.Range(0, 20).Select(i => TestFrames.Create(60 + i)));

        tunnel.AssertSent(Enumerable.Range(0, 20).Select(i => TestFrames.Create(60 + i)));

        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
        Assert.Equal(20u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal((20u * 60) + 190, tunnel.Session.Counters.TransmittedBytes);
    }

    [Fact]
    public void A_full_batch_leaves_before_the_burst_is_over()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        for (int i = 0; i < BatchSize; i++)
        {
            Assert.Equal(60, tunnel.Session.Transmit(TestFrames.Create(60, i)));
        }

        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));

        Assert.Equal(60, tunnel.Session.Transmit(TestFrames.Create(60, BatchSize)));
        tunnel.AssertSent(TestFrames.Burst(BatchSize, 60));

        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        tunnel.Session.RunIfScheduled();
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, BatchSize), BatchSize + 1), tunnel.Peer.Receive());
    }

    [Fact]
    public void A_batch_without_room_for_the_frames_bytes_leaves_too()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        byte[] frame = TestFrames.Create(65_000);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(65_000, tunnel.Session.Transmit(frame));
        }

        Assert.Equal(0u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(65_000, tunnel.Session.Transmit(frame));
        Assert.Equal(8u, tunnel.Session.Counters.TransmittedFrames);
    }

    [Fact]
    public void Close_sends_what_still_waits()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        byte[] frame = TestFrames.Create(60);
        Assert.Equal(60, tunnel.Session.Transmit(frame));

        tunnel.Session.Close();

        Assert.Equal(tunnel.Netdev.Datagram(frame, counter: 1), tunnel.Peer.Receive());
        Assert.Equal(0u, tunnel.Host.Interest);
        Assert.Equal(-1, tunnel.Host.TimerMs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    public void A_frame_without_a_whole_Ethernet_header_is_taken_and_counted(int length)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");

        // Never 0, which would tell QEMU to keep the frame and wait.
        Assert.Equal(Math.Max(length, 1), tunnel.Session.Transmit(new byte[length]));

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.GuestRunt));
        Assert.False(tunnel.Host.IsScheduled);
    }

    [Fact]
    public void A_frame_that_no_datagram_holds_is_taken_and_counted()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        int tooLong = 65_535 - tunnel.Netdev.HeaderSize + 1;

        Assert.Equal(tooLong, tunnel.Session.Transmit(new byte[tooLong]));

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.FrameTooLong));
    }

    [Fact]
    public unsafe void A_frame_of_absurd_length_is_counted_without_being_touched()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        iovec* pieces = stackalloc iovec[2];
        pieces[0] = new iovec { iov_base = (byte*)1, iov_len = 1u << 31 };
        pieces[1] = new iovec { iov_base = (byte*)1, iov_len = nuint.MaxValue };

        Assert.Equal(int.MaxValue, tunnel.Session.Transmit(pieces, 2));

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.FrameTooLong));
    }
}
