// SPDX-License-Identifier: GPL-2.0-or-later
namespace DataPlane.Tests.Receive;

/// <summary>ICMP errors are about what was sent. A read finds them, and must not suffer: whoever knows the ports can forge them.</summary>
public sealed class IcmpErrorTests(Lab lab)
{
    /// <summary>The codes that Linux reports to a socket without IP_RECVERR (icmp_err_convert, those that are fatal, and 4).</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(13)]
    public void A_frame_behind_an_ICMP_error_is_read_at_once_and_the_error_is_a_send_error(int code)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        for (int i = 1; i <= 10; i++)
        {
            ForgedIcmp.Send(lab, tunnel, code, mtu: 1400);
            tunnel.SendFromPeer(TestFrames.Create(60, i));

            Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

            Assert.Equal(i, tunnel.Host.FrameCount);
            Assert.Equal((ulong)i, tunnel.Session.Counters.SendErrors);
            Assert.True(tunnel.Host.WatchesRead);
        }

        Assert.Equal(0u, tunnel.Session.Counters.ReceiveErrors);
        Assert.Single(tunnel.Host.Reports);
    }
}
