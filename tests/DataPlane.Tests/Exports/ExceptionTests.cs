// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.DataPlane.Upkeep;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Exports;

/// <summary>
/// An exception is a bug, and the host's VM lives on: what else the session does must go on, too. A part of the session is
/// taken away for a moment, so that one call throws.
/// </summary>
public sealed class ExceptionTests(Lab lab)
{
    private static readonly int[] s_singles = [60, 70, 80, 90];
    private static readonly int[] s_runs =
        [.. Enumerable.Repeat(100, 10), .. Enumerable.Repeat(300, 10), .. Enumerable.Repeat(500, 10)];

    [Fact]
    public void The_timer_goes_on_after_a_handler_that_throws()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Session session = tunnel.Session.Inner;
        tunnel.Session.Send(TestFrames.Create(60));
        InfoLine line = InfoLineOf(session);

        InfoLineOf(session) = null!;
        Thread.Sleep(250);
        int before = tunnel.Host.TimerCalls;
        tunnel.Session.Timer();
        Assert.Equal(1u, tunnel.Session.Counters.InternalErrors);
        int calls = tunnel.Host.TimerCalls;
        Assert.True(calls > before, "the timer is used up, and nobody has asked for it again");
        Assert.InRange(tunnel.Host.TimerMs, 1, 1000);

        InfoLineOf(session) = line;
        Thread.Sleep((int)tunnel.Host.TimerMs + 10);
        tunnel.Session.Timer();
        Assert.Contains("frames tx 1", tunnel.Host.Info, StringComparison.Ordinal);
        tunnel.Session.Send(TestFrames.Create(60));
        Assert.True(tunnel.Host.TimerCalls > calls);
        Assert.InRange(tunnel.Host.TimerMs, 1, 1000);
    }

    [Fact]
    public void An_exception_while_a_property_is_set_leaves_the_frames_that_wait()
    {
        using UnixTunnel tunnel = new();
        Session session = tunnel.Session.Inner;
        tunnel.Host.FullAt.Add(1);
        for (int i = 0; i < 5; i++)
        {
            tunnel.Send(UnixTunnel.Datagram(TestFrames.Create(60, i)));
        }

        tunnel.Read();
        Assert.Equal(1, tunnel.Host.FrameCount);
        StatisticsWriter statistics = StatisticsOf(session);
        StatisticsOf(session) = null!;
        Assert.StartsWith("internal error", tunnel.Session.Set("mssfix", "on"), StringComparison.Ordinal);
        StatisticsOf(session) = statistics;

        tunnel.Session.Delivered(60);
        tunnel.Session.RunIfScheduled();
        Assert.Equal([.. Enumerable.Range(0, 5).Select(i => TestFrames.Create(60, i))], tunnel.Host.Frames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    /// <summary>The kernel has written into the messages that nobody has taken.</summary>
    [Fact]
    public void Runs_are_taken_apart_in_the_batch_after_one_that_was_left_half_way()
    {
        using Pair pair = Pair.Open(lab);
        ReceivePath path = SessionStates.PathOf(pair.Receiver.Inner);
        GuestDelivery delivery = SessionStates.DeliveryOf(path);
        pair.Send(s_singles);
        SessionStates.DeliveryOf(path) = null!;
        pair.Receiver.Readable();
        SessionStates.DeliveryOf(path) = delivery;
        Assert.Equal(1u, pair.Receiver.Counters.InternalErrors);
        Assert.Equal((ulong)s_singles.Length, pair.Receiver.Counters.TotalDrops(out _));
        Assert.True(pair.ReceiverHost.WatchesRead);

        pair.Send(s_runs);
        while (pair.ReceiverHost.FrameCount < s_runs.Length && pair.Receiver.ReadIfReadable(Timeouts.Arrival))
        {
            pair.Receiver.RunIfScheduled();
        }

        Assert.Equal(s_runs, pair.ReceiverHost.Frames.Select(frame => frame.Length));
    }

    /// <summary>Both halves have one bottom half, and each asks for it only once.</summary>
    [Fact]
    public void What_has_come_goes_on_to_the_guest_when_sending_throws_in_the_same_turn()
    {
        using UnixTunnel tunnel = new();
        tunnel.Host.FullAt.Add(1);
        tunnel.Send(UnixTunnel.Datagram(TestFrames.Create(60, 0)));
        tunnel.Send(UnixTunnel.Datagram(TestFrames.Create(60, 1)));
        tunnel.Read();
        tunnel.Session.Delivered(60);
        tunnel.Session.Transmit(TestFrames.Create(60));
        RunWithoutSender(tunnel.Session);
        tunnel.Session.RunIfScheduled();
        Assert.Equal(2, tunnel.Host.FrameCount);
    }

    /// <summary>A guest whose frame was refused offers none until it is told to.</summary>
    [Fact]
    public void A_guest_that_waits_for_its_next_turn_goes_on_when_sending_throws()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(12, 0);
        TestPacket packet = new() { Payload = new byte[40_000], FieldSum = FieldSum.PseudoHeader };
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(8), 12, packet.ToFrame());
        Assert.Equal(0, tunnel.Session.Transmit(frame));
        int before = tunnel.Host.ResumeCalls;
        RunWithoutSender(tunnel.Session);
        Assert.Equal(before + 1, tunnel.Host.ResumeCalls);
    }

    /// <summary>The statistics page is a mapped file, which is gone by then.</summary>
    [Fact]
    public void An_exception_while_a_session_closes_is_logged_and_nothing_is_counted_where_no_page_is()
    {
        using TemporaryDirectory directory = new();
        Tunnel tunnel = Tunnels.Open(lab, "udp4", $"stats={directory.File("pages")}");
        tunnel.Session.Transmit(TestFrames.Create(60));
        SenderOf(SessionStates.QueueOf(tunnel.Session.Inner)) = null!;
        tunnel.Dispose();
        Assert.Contains("internal error", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
        Assert.Empty(System.IO.Directory.GetFiles(directory.File("pages")));
    }

    private static void RunWithoutSender(PlaneSession session)
    {
        TransmitQueue queue = SessionStates.QueueOf(session.Inner);
        BatchSender sender = SenderOf(queue);
        SenderOf(queue) = null!;
        session.RunIfScheduled();
        SenderOf(queue) = sender;
        Assert.Equal(1u, session.Counters.InternalErrors);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sender")]
    private static extern ref BatchSender SenderOf(TransmitQueue queue);

    private static ref InfoLine InfoLineOf(Session session) => ref LineOf(InfoOf(session));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_info")]
    private static extern ref SessionInfo InfoOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_line")]
    private static extern ref InfoLine LineOf(SessionInfo info);

    private static ref StatisticsWriter StatisticsOf(Session session) => ref WriterOf(InfoOf(session));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_statistics")]
    private static extern ref StatisticsWriter WriterOf(SessionInfo info);
}
