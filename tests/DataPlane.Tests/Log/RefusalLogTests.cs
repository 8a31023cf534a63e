// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.Packets;

namespace DataPlane.Tests.Log;

/// <summary>Refusals in the log: a line when they begin, a line when they have stopped, whatever is sent.</summary>
public sealed class RefusalLogTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly PageMemory _memory = new();
    private readonly Counters _counters;
    private readonly RefusalLog _outbreak;
    private long _now = 1_000_000;

    public RefusalLogTests()
    {
        _counters = new Counters(_memory);
        _outbreak = new RefusalLog(new GuestPort(_host.Table), _counters, "n0: datagrams", DropReason.Truncated, DropReason.Runt);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void The_first_refusal_is_told_with_what_was_wrong()
    {
        _counters.AddDrop(DropReason.WrongSession, 0x11);
        Check(after: 0);
        Assert.Equal(
            (Severity.Warning, "n0: datagrams are dropped: wrong session 0x11; l2tpv3-stat explain says more. The next line comes when no more have come for a minute"),
            Assert.Single(_host.Reports));
    }

    [Fact]
    public void The_end_is_told_after_a_minute_of_quiet_with_the_counts_since()
    {
        _counters.AddDrop(DropReason.WrongSession);
        Check(after: 0);
        _counters.AddDrops(DropReason.WrongCookie, 4212);
        Check(after: 7_500);
        Check(after: RefusalLog.QuietMs - 1);
        Assert.Single(_host.Reports);
        Check(after: 1);
        Assert.Equal((Severity.Information, "n0: datagrams are no longer dropped: 4213 were dropped in 7.5 s, mostly wrong cookie (4212)"), _host.Reports[1]);
        Assert.False(_outbreak.IsOpen);
    }

    [Fact]
    public void An_hour_of_attack_is_one_line()
    {
        for (int i = 0; i < 3600 * 5; i++)
        {
            _counters.AddDrops(i % 2 == 0 ? DropReason.WrongCookie : DropReason.ShortHeader, 100_000);
            Check(after: 200);
        }

        Assert.Single(_host.Reports);
    }

    /// <summary>The cleverest attacker stops for a minute each time.</summary>
    [Fact]
    public void An_hour_of_attacks_with_pauses_is_two_lines_a_minute_at_most()
    {
        for (int i = 0; i < 60; i++)
        {
            _counters.AddDrop(DropReason.WrongCookie);
            Check(after: 1);
            Check(after: RefusalLog.QuietMs);
        }

        Assert.Equal(120, _host.Reports.Count);
        Assert.Contains("1 were dropped in 0 s", _host.Reports[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_of_the_other_side_are_not_its_own()
    {
        _counters.AddDrop(DropReason.FrameTooLong);
        _counters.AddDrop(DropReason.LinkDown);
        Check(after: 0);
        Assert.Empty(_host.Reports);
    }

    private void Check(long after)
    {
        _now += after;
        _outbreak.Check(_now);
    }
}
