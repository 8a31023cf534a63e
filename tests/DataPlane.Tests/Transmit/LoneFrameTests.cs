// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Transmit;

/// <summary>A frame that comes alone does not wait for the bottom half; see TransmitQueue.cs.</summary>
public sealed class LoneFrameTests(Lab lab) : IDisposable
{
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

    [Fact]
    public void The_frames_behind_the_first_one_of_a_burst_wait_and_leave_in_their_order()
    {
        Burst(1);
        byte[][] frames = [Transmit(), Transmit(), Transmit()];
        Assert.Equal(2u, Sent);

        _tunnel.Session.RunIfScheduled();

        Assert.Equal(4u, Sent);
        Array.ForEach(frames, AssertArrives);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(200)]
    public void Behind_a_burst_of_several_frames_the_next_one_waits(int frames)
    {
        Burst(1);
        Burst(frames);

        Transmit();

        Assert.Equal(1u + (ulong)frames, Sent);
        Assert.True(_tunnel.Host.IsScheduled);
    }

    /// <summary>Bulk pays nothing: 100 bursts of 200 frames are 100 calls, and two for the lone frame and the burst behind it.</summary>
    [Fact]
    public void Bursts_of_many_cost_one_call_each()
    {
        Burst(1);
        for (int i = 0; i < 100; i++)
        {
            Burst(200);
        }

        Assert.Equal(102u, _tunnel.Session.Counters.TransmitCalls);
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
