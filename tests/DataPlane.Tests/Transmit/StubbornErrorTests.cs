// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace DataPlane.Tests.Transmit;

/// <summary>Errors that look like a reason to wait, or to give up runs, and are none.</summary>
public sealed class StubbornErrorTests
{
    /// <summary>
    /// ENOBUFS for ever: the fragments of one datagram exceed twice the send buffer. Any guest can make one.
    /// </summary>
    [Fact]
    public void A_frame_that_the_send_buffer_never_takes_is_dropped_and_the_next_one_is_sent()
    {
        using Lab lab = new();
        lab.Network.Ip("link", "set", "lo", "mtu", "1500");
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings: "sndbuf=4k");
        tunnel.Session.Send(TestFrames.Burst(1, 65_000));
        Assert.False(tunnel.Session.CanTransmit);

        for (int i = 0; i < 400 && !tunnel.Session.CanTransmit; i++)
        {
            Thread.Sleep(2);
            tunnel.Session.Timer();
        }

        Assert.True(tunnel.Session.CanTransmit);
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal(1, tunnel.Host.ResumeCalls);
        tunnel.Session.Send(TestFrames.Burst(1, 60));
        Assert.Equal(1u, tunnel.Session.Counters.TransmittedFrames);
    }

    /// <summary>EMSGSIZE, told to a run of short datagrams because an earlier one was too long, or because somebody forged it.</summary>
    [Fact]
    public void An_ICMP_error_that_meets_a_run_does_not_end_the_sending_of_runs()
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Send(TestFrames.Burst(10, 60));
        ForgedIcmp.Send(lab, tunnel, code: 4, mtu: 1400);
        ulong calls = tunnel.Session.Counters.TransmitCalls;

        tunnel.Session.Send(TestFrames.Burst(10, 60));
        tunnel.Session.Send(TestFrames.Burst(10, 1200));

        Assert.Equal(30u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(2u, tunnel.Session.Counters.TransmitCalls - calls);
        Assert.Equal(1u, tunnel.Session.Counters.SendErrors);
        Assert.DoesNotContain("gso", tunnel.Host.Info, StringComparison.Ordinal);
    }

    /// <summary>EINVAL, which a kernel without UDP_SEGMENT says too, but to single datagrams as well.</summary>
    [Fact]
    public void A_route_that_swallows_everything_for_a_while_does_not_end_the_sending_of_runs()
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Send(TestFrames.Burst(10, 60));
        lab.Network.Ip("route", "del", "local", "127.0.0.0/8", "dev", "lo", "table", "local");
        lab.Network.Ip("route", "add", "blackhole", "127.0.0.0/8", "table", "local");
        tunnel.Session.Send(TestFrames.Burst(10, 60));
        lab.Network.Ip("route", "del", "blackhole", "127.0.0.0/8", "table", "local");
        lab.Network.Ip("route", "add", "local", "127.0.0.0/8", "dev", "lo", "table", "local", "src", "127.0.0.1");
        ulong calls = tunnel.Session.Counters.TransmitCalls;

        tunnel.Session.Send(TestFrames.Burst(10, 60));

        Assert.Equal(10u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal(20u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls - calls);
        Assert.DoesNotContain(tunnel.Host.Reports, report => report.Text.Contains("gso", StringComparison.Ordinal));
    }
}
