// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;

namespace DataPlane.Tests.Sockets;

/// <summary>A sandbox that knows sendmsg and recvmsg, and not the calls for many messages.</summary>
public sealed class RefusedCallTests(Lab lab)
{
    private const int Frames = 20;

    public static TheoryData<int, string> Refusals => new(
        (LinuxConstants.ENOSYS, "udp4"),
        (LinuxConstants.EPERM, "udp4"),
        (LinuxConstants.EACCES, "udp6"),
        (LinuxConstants.ENOSYS, "raw4"),
        (LinuxConstants.EPERM, "raw6"));

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Without_sendmmsg_and_recvmmsg_all_frames_pass(int errno, string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        Sandbox.Run(errno, [Sandbox.Sendmmsg, Sandbox.Recvmmsg], () => AssertCarries(tunnel, Frames));

        Assert.Equal(RefusedCalls.Send | RefusedCalls.Receive, tunnel.Session.Inner.RefusedCalls);
        Assert.Equal(0u, tunnel.Session.Counters.SendErrors);
        Assert.Equal(0u, tunnel.Session.Counters.ReceiveErrors);
        Assert.Contains(", without sendmmsg and recvmmsg", tunnel.Info(), StringComparison.Ordinal);
        Assert.Contains("\"refused-calls\":\"sendmmsg and recvmmsg\"", Compact(tunnel.Session.Get("statistics")!), StringComparison.Ordinal);
    }

    /// <summary>Runs of both kinds keep their control messages in the loops.</summary>
    [Fact]
    public void Without_them_runs_are_sent_and_taken_as_runs()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Sandbox.Run(LinuxConstants.ENOSYS, [Sandbox.Sendmmsg, Sandbox.Recvmmsg], () =>
        {
            tunnel.Session.Send(TestFrames.Burst(Frames, 60));
        });
        tunnel.AssertSent(TestFrames.Burst(Frames, 60));

        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
        Assert.Contains($"\"gso-datagrams\":{Frames}", Compact(tunnel.Session.Get("statistics")!), StringComparison.Ordinal);
    }

    /// <summary>A firewall of this host says EPERM, too, of one datagram.</summary>
    [Fact]
    public void An_error_of_the_network_is_no_sandbox()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Peer.Dispose();
        tunnel.SendToNobody(Frames);

        Assert.Equal(Frames - 1u, tunnel.Session.Counters.SendErrors);
        Assert.Equal(RefusedCalls.None, tunnel.Session.Inner.RefusedCalls);
    }

    /// <summary>Nothing takes the place of recvmsg: the log, the line and the statistics say what stands in the way.</summary>
    [Fact]
    public void An_error_of_reading_that_lasts_is_told_everywhere_with_its_errno()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(TestFrames.Create(60));
        Sandbox.Run(LinuxConstants.EPERM, [Sandbox.Recvmmsg, Sandbox.Recvmsg], () =>
        {
            for (int i = 0; i < Frames; i++)
            {
                tunnel.Session.Readable();
                Assert.False(tunnel.Host.WatchesRead);
                Thread.Sleep(12);
                tunnel.Session.Timer();
            }
        });
        Assert.Equal((ulong)Frames, tunnel.Session.Counters.ReceiveErrors);
        (Severity severity, string text) = Assert.Single(tunnel.Host.Reports, report => report.Text.Contains("'n0'", StringComparison.Ordinal));
        Assert.Equal(
            (Severity.Warning, "l2tpv3 netdev 'n0': receiving fails: Operation not permitted (a sandbox blocks recvmmsg and recvmsg); QEMU keeps trying"),
            (severity, text));
        Assert.Contains($", receive errors {Frames} (now: Operation not permitted)", tunnel.Info(), StringComparison.Ordinal);
        Assert.Contains("\"receive-failure\":\"Operation not permitted\"", Compact(tunnel.Session.Get("statistics")!), StringComparison.Ordinal);

        // The sandbox was that thread's.
        tunnel.Session.ReadUntil(1);
    }

    private static void AssertCarries(Tunnel tunnel, int frames)
    {
        for (int i = 1; i <= frames; i++)
        {
            byte[] frame = TestFrames.Create(1000, i);
            tunnel.Session.Send(frame);
            Assert.Equal(tunnel.Netdev.Datagram(frame, (uint)i), tunnel.Peer.Receive());
            tunnel.SendFromPeer(frame);
            tunnel.Session.ReadUntil(i);
            Assert.Equal(frame, tunnel.Host.Frames[i - 1]);
        }
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
}
