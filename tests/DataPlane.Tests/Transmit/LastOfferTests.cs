// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Transmit;

/// <summary>
/// QEMU offers a refused frame before it is told to when it is about to throw it away, and ends when the guest's next one is refused,
/// too (RingResetTests).
/// </summary>
public sealed class LastOfferTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Payload = 65_160;
    private const int Burst = 256;

    /// <summary>The largest burst of a driver that asks for nothing unusual. Only as runs is all of it sent at once.</summary>
    [Theory]
    [InlineData("udp4", "gso=on", true)]
    [InlineData("udp4", "gso=off", false)]
    [InlineData("raw4", "", false)]
    public void What_is_offered_before_the_guest_may_go_on_is_not_refused_once_more(string kind, string settings, bool isSent)
    {
        using Tunnel tunnel = Open(kind, settings);
        byte[] frame = Frame(1448);
        int taken = FillTurn(tunnel, frame);
        for (int i = 0; i <= Burst; i++)
        {
            Assert.NotEqual(0, tunnel.Session.Transmit(frame));
        }

        tunnel.Session.RunIfScheduled();
        ulong offered = (ulong)(taken + 1 + Burst);
        ulong sent = tunnel.Session.Counters.SegmentedFrames;
        Assert.Equal(offered, sent + tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.Equal(isSent, sent == offered);
        Assert.Equal(1, tunnel.Host.ResumeCalls);
        Assert.NotEqual(0, tunnel.Session.Transmit(frame));
    }

    /// <summary>The first one goes on where it stopped, and each datagram is sent once.</summary>
    [Fact]
    public void The_frame_that_was_refused_goes_on_where_it_stopped()
    {
        using Tunnel tunnel = Open("udp4", "gso=on");
        byte[] frame = Frame(16);
        Assert.Equal(0, FillTurn(tunnel, frame));
        Assert.NotEqual(0, tunnel.Session.Transmit(frame));
        tunnel.Session.RunIfScheduled();
        Assert.Equal((Payload + 15) / 16, (int)tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    [Fact]
    public void What_goes_beyond_all_measure_then_is_dropped_and_counted()
    {
        using Tunnel tunnel = Open("raw4", string.Empty);
        byte[] frame = Frame(8);
        int taken = FillTurn(tunnel, frame);
        for (int i = 0; i < Burst; i++)
        {
            Assert.NotEqual(0, tunnel.Session.Transmit(frame));
        }

        tunnel.Session.RunIfScheduled();
        Assert.Equal(0, taken);
        Assert.Equal((ulong)Burst, tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.InRange(tunnel.Session.Counters.TransmittedFrames, 1u, 6u * TurnBudget.MaximumMessages);
    }

    /// <summary>Offers a frame again and again until it is refused.</summary>
    /// <returns>How many were taken.</returns>
    private static int FillTurn(Tunnel tunnel, byte[] frame)
    {
        int taken = 0;
        while (tunnel.Session.Transmit(frame) != 0)
        {
            taken++;
            Assert.True(taken < Burst, "no frame is refused");
        }

        return taken;
    }

    private static byte[] Frame(int size)
    {
        TestPacket packet = new() { Payload = Noise.Bytes(Payload, 1), FieldSum = FieldSum.PseudoHeader };
        return VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame());
    }

    private Tunnel Open(string kind, string settings)
    {
        Tunnel tunnel = Tunnels.Open(lab, kind, settings);
        tunnel.Session.SetVnet(HeaderLength, 0);
        return tunnel;
    }
}
