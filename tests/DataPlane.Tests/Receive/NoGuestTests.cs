// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Receive;

/// <summary>Frames that the host would take and throw away are dropped here, with the reason.</summary>
public sealed class NoGuestTests(Lab lab)
{
    [Theory]
    [InlineData(PlaneConstants.L2TP_GUEST_NO_NIC, "no NIC")]
    [InlineData(PlaneConstants.L2TP_GUEST_LINK_DOWN, "link down")]
    [InlineData(PlaneConstants.L2TP_GUEST_LINK_DOWN | PlaneConstants.L2TP_GUEST_PADS, "link down")]
    public void Frames_for_nobody_are_drops_until_somebody_is_there(uint guest, string reason)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Guest = guest;
        tunnel.SendFromPeer(TestFrames.Burst(5, 60));

        tunnel.Session.ReadUntilDropped(5);
        Assert.Empty(tunnel.Host.Frames);
        Assert.Equal(0u, tunnel.Session.Counters.ReceivedFrames);
        Assert.Contains($"frames tx 0 rx 0, drops 5 (mostly {reason}: 5)", tunnel.Info(), StringComparison.Ordinal);

        tunnel.Host.Guest = 0;
        tunnel.SendFromPeer(TestFrames.Create(60, 9));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(60, 9), Assert.Single(tunnel.Host.Frames));
        Assert.Equal(1u, tunnel.Session.Counters.ReceivedFrames);
    }

    /// <summary>The answers of l2tp_host.deliver. QEMU's NICs say -1 of what they have taken and not liked.</summary>
    [Theory]
    [InlineData(-LinuxConstants.EMSGSIZE, DropReason.TooLargeForGuest)]
    [InlineData(-LinuxConstants.ENETDOWN, DropReason.LinkDown)]
    [InlineData(-1, DropReason.None)]
    public void A_frame_that_the_host_refuses_is_no_frame_that_the_guest_has(int answer, DropReason reason)
    {
        using UnixTunnel tunnel = new();
        tunnel.Host.Answer = answer;
        tunnel.Receive([new TestPacket { Payload = Noise.Bytes(100, 1) }]);
        bool isDropped = reason != DropReason.None;
        Assert.Equal(isDropped ? 1u : 0u, tunnel.Session.Counters.TotalDrops(out DropReason counted));
        Assert.Equal(reason, counted);
        Assert.Equal(isDropped ? 0u : 1u, tunnel.Session.Counters.ReceivedFrames);
    }

    /// <summary>What was joined is as many frames as it was joined from.</summary>
    [Fact]
    public void A_joined_frame_for_nobody_counts_as_its_segments()
    {
        using UnixTunnel tunnel = new();
        tunnel.Session.SetVnet(12, PlaneConstants.L2TP_OFFLOAD_CSUM | PlaneConstants.L2TP_OFFLOAD_TSO4);
        tunnel.Host.Guest = PlaneConstants.L2TP_GUEST_NO_NIC;
        uint next = 0;
        TestPacket[] segments = [.. Enumerable.Range(0, 10).Select(_ => new TestPacket { Payload = Noise.Bytes(100, 1), Sequence = (next += 100) - 100 })];
        tunnel.Receive(segments);
        Assert.Equal(10u, tunnel.Session.Counters.Drops(DropReason.NoNic));
        Assert.Equal(0u, tunnel.Session.Counters.ReceivedFrames);
    }
}
