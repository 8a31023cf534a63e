// SPDX-License-Identifier: GPL-2.0-or-later
namespace DataPlane.Tests.Transmit;

/// <summary>A frame that with its headers is longer than an IP packet can be: EMSGSIZE, whoever may fragment.</summary>
public sealed class TooLongForIpTests
{
    private const int LongestUdpOverIpv4 = 65_507;

    [Fact]
    public void Such_a_frame_is_dropped_and_frames_behind_it_count_as_fragmented_once()
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4");
        _ = tunnel.Session.Transmit(TestFrames.Create(LongestUdpOverIpv4 - tunnel.Netdev.HeaderSize + 1));
        tunnel.Session.Send(TestFrames.Create(1514));

        Assert.Equal(tunnel.Netdev.HeaderSize + 1514, tunnel.Peer.Receive().Length);
        Assert.Equal(1u, tunnel.Session.Counters.TotalDrops(out _));
        // Both were too long for the path when they were queued.
        Assert.Equal(2u, tunnel.Session.Counters.FragmentedFrames);
    }
}
