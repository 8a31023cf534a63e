// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Upkeep;
using L2tpv3.Packets;

namespace DataPlane.Tests.Upkeep;

/// <summary>Every figure that the log has is the counters'.</summary>
public sealed partial class LogFigureTests(Lab lab)
{
    private const int Runs = 40;
    private const int RunLength = 25;

    /// <summary>A guest and a peer that do all that is counted in a log line, with runs; the real session, the real kernel.</summary>
    [Fact]
    public void Every_figure_of_every_line_equals_the_counters()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        FailToSend(tunnel);
        Refuse(tunnel);
        Recover(tunnel);

        Counters counters = tunnel.Session.Counters;
        string[] lines = [.. tunnel.Host.Reports.Select(report => report.Text)];
        Assert.Equal((ulong)(Runs * RunLength), counters.Drops(DropReason.SendFailed));
        Assert.Equal([counters.SendErrors, counters.Drops(DropReason.SendFailed)], Figures(lines, "sending works again"));
        ulong datagrams = counters.Drops(DropReason.WrongCookie) + counters.Drops(DropReason.Runt);
        Assert.Equal([datagrams, counters.Drops(DropReason.WrongCookie)], Figures(lines, "datagrams are no longer dropped"));
        Assert.Equal([counters.Drops(DropReason.GuestRunt), counters.Drops(DropReason.GuestRunt)], Figures(lines, "frames of the guest are no longer dropped"));

        // No other line has a figure that nobody compares.
        Assert.Equal(3, lines.Count(line => Counts().IsMatch(line)));
    }

    [Fact]
    public void The_errors_of_receiving_are_those_of_the_counters()
    {
        using FakeHost host = new();
        using PageMemory memory = new();
        Counters counters = new(memory);
        ReceiveHealth health = new(new GuestPort(host.Table), "n0", counters);
        for (int i = 0; i < 17; i++)
        {
            counters.ReceiveErrors++;
            health.Failed(new Errno(LinuxConstants.ENOMEM), now: 0);
        }

        _ = health.Check(now: 0);
        counters.AddReceiveCall(1);
        _ = health.Check(now: 0);
        _ = health.Check(now: 10_000);

        Assert.Equal("n0: receiving fails: Cannot allocate memory; QEMU keeps trying", host.Reports[0].Text);
        Assert.Equal("n0: receiving works again after 17 errors", host.Reports[1].Text);
    }

    /// <summary>Messages of 25 datagrams each, which no route takes.</summary>
    private void FailToSend(Tunnel tunnel)
    {
        lab.Network.Ip("route", "add", "prohibit", tunnel.Subnet.Peer + "/32", "table", "local");
        try
        {
            for (int i = 0; i < Runs; i++)
            {
                tunnel.Session.Send(TestFrames.Burst(RunLength, 60));
            }
        }
        finally
        {
            lab.Network.Ip("route", "del", "prohibit", tunnel.Subnet.Peer + "/32", "table", "local");
        }
    }

    /// <summary>The guest's frames and the peer's datagrams are refused.</summary>
    private static void Refuse(Tunnel tunnel)
    {
        L2tpv3Netdev other = tunnel.Netdev.OtherEnd();
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(13, tunnel.Session.Transmit(TestFrames.Create(13)));
            tunnel.SendFromPeer(tunnel.Peer, (other with { TransmitCookie = other.TransmitCookie ^ 1 }).Datagram(TestFrames.Create(60)));
        }

        tunnel.SendFromPeer(tunnel.Peer, other.Datagram(TestFrames.Create(13)));
        tunnel.Session.ReadUntilDropped((Runs * RunLength) + 7 + 8);
    }

    /// <summary>All is well again, for long enough.</summary>
    private static void Recover(Tunnel tunnel)
    {
        long now = Environment.TickCount64;
        RefusalLog[] outbreaks = [RefusedFrames(Log(tunnel.Session.Inner)), RefusedDatagrams(Log(tunnel.Session.Inner))];
        SendHealth health = Health(tunnel.Session.Inner);
        Array.ForEach(outbreaks, outbreak => outbreak.Check(now));
        _ = health.Check(now);
        tunnel.Session.Send(TestFrames.Create(60));
        _ = health.Check(now);
        _ = health.Check(now + 10_000);
        Array.ForEach(outbreaks, outbreak => outbreak.Check(now + RefusalLog.QuietMs));
    }

    /// <summary>The counts of a line: not the seconds, nor the netdev's name.</summary>
    private static IEnumerable<ulong> Figures(string[] lines, string words)
    {
        string line = Assert.Single(lines, line => line.Contains(words, StringComparison.Ordinal));
        return Counts().Matches(line).Select(match => ulong.Parse(match.Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"(?<![\w'.])\d+(?![\w.']| s,)")]
    private static partial Regex Counts();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_refusedDatagrams")]
    private static extern ref RefusalLog RefusedDatagrams(SessionLog log);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_refusedFrames")]
    private static extern ref RefusalLog RefusedFrames(SessionLog log);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_log")]
    private static extern ref SessionLog Log(L2tpv3.DataPlane.Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sendHealth")]
    private static extern ref SendHealth Health(L2tpv3.DataPlane.Session session);
}
