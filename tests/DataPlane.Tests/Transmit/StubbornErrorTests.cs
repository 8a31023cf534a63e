// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
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

    /// <summary>In a storm of forged ICMP errors each try meets another one.</summary>
    [Theory]
    [InlineData(LinuxConstants.EMSGSIZE, 1)]
    [InlineData(LinuxConstants.EMSGSIZE, 10)]
    [InlineData(LinuxConstants.ECONNREFUSED, 1)]
    [InlineData(LinuxConstants.ECONNREFUSED, 10)]
    public void Errors_of_a_storm_that_meet_every_try_for_a_moment_cost_no_frame_and_no_run(int errno, int frames)
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(errno, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () =>
        {
            tunnel.Session.Send(TestFrames.Burst(frames, 60));
            Assert.False(tunnel.Session.CanTransmit);
            Assert.False(tunnel.Host.WatchesWrite);
            Assert.InRange(tunnel.Host.TimerMs, 0, 1);
            Expire(tunnel);
            Assert.False(tunnel.Session.CanTransmit);
        });

        // The sandbox was that thread's.
        Expire(tunnel);

        Assert.Equal((ulong)frames, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
        Assert.Equal(1, tunnel.Host.ResumeCalls);
    }

    /// <summary>Nothing else would say why the guest waits.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void The_wait_for_the_end_of_a_storm_is_counted_as_an_error_and_told(int frames)
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(LinuxConstants.EMSGSIZE, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () => tunnel.Session.Send(TestFrames.Burst(frames, 60)));

        Assert.False(tunnel.Session.CanTransmit);
        Assert.InRange(tunnel.Session.Counters.SendErrors, 1u, 16u);
        Assert.Contains(tunnel.Host.Reports, report => report.Text.Contains("sending fails", StringComparison.Ordinal));
    }

    /// <summary>A forged MTU makes fragments of the guest's usual frames. Their errors are those of the storm, too.</summary>
    [Fact]
    public void A_storm_costs_no_frame_that_this_host_fragments()
    {
        using Lab lab = new();
        lab.Network.Ip("link", "set", "lo", "mtu", "1500");
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(LinuxConstants.EMSGSIZE, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () => tunnel.Session.Send(TestFrames.Burst(1, 3000)));
        Assert.False(tunnel.Session.CanTransmit);

        Expire(tunnel);

        Assert.Equal(1u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    /// <summary>
    /// QEMU asks CanTransmit before it offers a frame, but not when it is about to throw away what waits (the NIC's ring is made anew, the
    /// VM stops). Refused then, the guest's next frame would end QEMU.
    /// </summary>
    [Fact]
    public void What_is_offered_during_the_wait_for_the_end_of_a_storm_is_dropped_and_not_refused()
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(LinuxConstants.ECONNREFUSED, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () => tunnel.Session.Send(TestFrames.Burst(1, 60)));
        Assert.False(tunnel.Session.CanTransmit);

        Assert.NotEqual(0, tunnel.Session.Transmit(TestFrames.Create(60)));
        Assert.NotEqual(0, tunnel.Session.TransmitRaw(TestFrames.Create(60)));
        Expire(tunnel);

        Assert.Equal(1u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(2u, tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.Equal(1, tunnel.Host.ResumeCalls);
    }

    /// <summary>It may be no storm, so the guest waits neither for ever nor for each frame.</summary>
    [Fact]
    public void An_error_that_lasts_holds_the_first_frame_for_a_while_and_no_other()
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(LinuxConstants.ECONNREFUSED, [Sandbox.Sendmmsg, Sandbox.Sendmsg], () =>
        {
            tunnel.Session.Send(TestFrames.Burst(1, 60));
            int waits = 0;
            for (; waits < 400 && !tunnel.Session.CanTransmit; waits++)
            {
                Expire(tunnel);
            }

            Assert.InRange(waits, 15, 30);
            Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
            // The tries have used up this turn.
            Assert.Equal(0, tunnel.Session.Transmit(TestFrames.Create(60)));
            tunnel.Session.RunIfScheduled();
            tunnel.Session.Send(TestFrames.Burst(10, 60));
            Assert.True(tunnel.Session.CanTransmit);
            Assert.Equal(11u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        });
    }

    [Fact]
    public void A_frame_that_is_too_long_for_the_path_holds_nothing()
    {
        using Lab lab = new();
        lab.Network.Ip("link", "set", "lo", "mtu", "1500");
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings: "df=on");
        tunnel.Session.Send(TestFrames.Burst(2, 3000));

        Assert.True(tunnel.Session.CanTransmit);
        Assert.Equal(2u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
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

    /// <summary>As QEMU's timer does: not before the time asked for.</summary>
    private static void Expire(Tunnel tunnel)
    {
        Thread.Sleep(10);
        tunnel.Session.Timer();
    }
}
