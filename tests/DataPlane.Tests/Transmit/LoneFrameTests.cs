// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Transmit;

/// <summary>A frame that comes alone does not wait for the bottom half; see TransmitQueue.cs.</summary>
public sealed class LoneFrameTests(Lab lab) : IDisposable
{
    /// <summary>Frames that leave at once between two bottom halves.</summary>
    private const uint AtOnce = 4;

    private readonly Tunnel _tunnel = Tunnels.Open(lab, "udp4");
    private uint _counter;

    private ulong Sent => _tunnel.Session.Counters.TransmittedFrames;

    public void Dispose() => _tunnel.Dispose();

    [Fact]
    public void The_first_burst_of_a_session_waits()
    {
        Transmit();

        Assert.Equal(0u, Sent);
        Assert.True(_tunnel.Host.IsScheduled);
    }

    [Fact]
    public void Behind_a_burst_of_one_frame_a_frame_is_with_the_peer_before_the_bottom_half()
    {
        Burst(1);

        byte[] frame = Transmit();

        Assert.Equal(2u, Sent);
        AssertArrives(frame);
    }

    [Fact]
    public void Each_of_many_lone_frames_leaves_at_once()
    {
        Burst(1);
        for (uint sent = 2; sent < 100; sent++)
        {
            byte[] frame = Transmit();

            Assert.Equal(sent, Sent);
            AssertArrives(frame);
            _tunnel.Session.RunIfScheduled();
        }
    }

    /// <summary>A bottom half is a turn of the host's loop, which costs more than the call that sends the frame.</summary>
    [Fact]
    public void Frames_that_come_alone_ask_for_one_bottom_half_in_four()
    {
        Burst(1);
        for (uint frame = 1; frame <= 40; frame++)
        {
            AssertArrives(Transmit());
            Assert.Equal(frame % AtOnce == 0, _tunnel.Host.IsScheduled);
            _tunnel.Session.RunIfScheduled();
        }
    }

    [Fact]
    public void The_frames_behind_the_first_four_of_a_burst_wait_and_leave_in_their_order()
    {
        Burst(1);
        byte[][] frames = [.. Enumerable.Range(0, 7).Select(_ => Transmit())];
        Assert.Equal(1u + AtOnce, Sent);

        _tunnel.Session.RunIfScheduled();

        Assert.Equal(8u, Sent);
        Array.ForEach(frames, AssertArrives);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public void Behind_a_burst_of_many_frames_the_next_one_waits(int frames)
    {
        Burst(1);
        Burst(frames);

        Transmit();

        Assert.Equal(1u + (ulong)frames, Sent);
        Assert.True(_tunnel.Host.IsScheduled);
    }

    /// <summary>Nobody else would send the rest.</summary>
    [Fact]
    public void A_frame_that_the_kernel_has_no_room_for_waits_for_the_socket()
    {
        Burst(1);
        Sandbox.Run(LinuxConstants.EAGAIN, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () => Transmit());
        Assert.Equal(1u, Sent);
        Assert.True(_tunnel.Host.WatchesWrite);

        _tunnel.Session.Writable();

        Assert.Equal(2u, Sent);
    }

    /// <summary>Bulk pays nothing: 100 bursts of 200 frames are 100 calls, one for the lone frame and four for those that are taken for lone.</summary>
    [Fact]
    public void Bursts_of_many_cost_one_call_each()
    {
        Burst(1);
        for (int i = 0; i < 100; i++)
        {
            Burst(200);
        }

        Assert.Equal(101u + AtOnce, _tunnel.Session.Counters.TransmitCalls);
    }

    [Fact]
    public void A_bottom_half_that_only_the_receive_path_asked_for_changes_nothing()
    {
        Burst(1);
        _tunnel.Session.Run();

        Transmit();

        Assert.Equal(2u, Sent);
    }

    private void Burst(int frames)
    {
        byte[][] burst = [.. Enumerable.Range(0, frames).Select(_ => Transmit())];
        _tunnel.Session.RunIfScheduled();
        Array.ForEach(burst, AssertArrives);
    }

    private byte[] Transmit()
    {
        byte[] frame = TestFrames.Create(60);
        Assert.Equal(60, _tunnel.Session.Transmit(frame));
        return frame;
    }

    private void AssertArrives(byte[] frame) => Assert.Equal(_tunnel.Netdev.Datagram(frame, ++_counter), _tunnel.Peer.Receive());
}
