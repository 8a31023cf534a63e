// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Log;
using L2tpv3.Packets;

namespace DataPlane.Tests.Log;

/// <summary>One log line per change of state, two a minute at most, with the figures of the counters.</summary>
public sealed class SendHealthTests : IDisposable
{
    private static readonly Errno s_refused = new(LinuxConstants.ECONNREFUSED);
    private static readonly Errno s_tooLong = new(LinuxConstants.EMSGSIZE);
    private readonly FakeHost _host = new();
    private readonly PageMemory _memory = new();
    private readonly Counters _counters;
    private readonly SendHealth _health;
    private long _now = 1_000_000;

    public SendHealthTests()
    {
        _counters = new Counters(_memory);
        _health = new SendHealth(new GuestPort(_host.Table), "n0", _counters);
    }

    [Fact]
    public void The_same_error_again_and_again_is_one_line()
    {
        for (int i = 0; i < 1000; i++)
        {
            Fail(s_refused, lost: 1);
            Check(sent: i == 0 ? 0 : 1);
        }

        Assert.Equal((Severity.Warning, "n0: sending fails: Connection refused (nothing listens at dst and dstport)"), Assert.Single(_host.Reports));
        Assert.Equal(s_refused, _health.Current);
        Assert.Equal("Connection refused", _health.CurrentText);
    }

    /// <summary>A peer that is away and frames that are too long come together, at the guest's rate.</summary>
    [Fact]
    public void Two_errors_by_turns_are_two_lines()
    {
        for (int i = 0; i < 1000; i++)
        {
            Fail(s_refused);
            Fail(s_tooLong, lost: 1);
        }

        Assert.Equal(2, _host.Reports.Count);
        Assert.Contains("Connection refused", _host.Reports[0].Text, StringComparison.Ordinal);
        Assert.Contains("Message too long", _host.Reports[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_quiet_time_one_line_says_that_all_is_well_and_what_was_lost()
    {
        Fail(s_refused);
        Fail(s_refused, lost: 1);
        Fail(s_refused, lost: 1);
        Assert.False(Check());
        Assert.Single(_host.Reports);

        Assert.True(Check(sent: 1));
        Assert.True(Check(sent: 1));
        LetTimePass();
        Assert.False(Check());
        Assert.False(Check(sent: 1));

        Assert.Equal(2, _host.Reports.Count);
        Assert.Equal((Severity.Information, "n0: sending works again after 3 errors, 2 frames lost"), _host.Reports[1]);
        Assert.True(_health.Current.IsNone);
        Assert.Empty(_health.CurrentText);
    }

    [Fact]
    public void A_second_outage_is_told_as_the_first_was()
    {
        for (int outage = 0; outage < 2; outage++)
        {
            Fail(s_refused, lost: 1);
            _ = Check();
            _ = Check(sent: 1);
            LetTimePass();
            _ = Check();
            _now += LogAllowance.PeriodMs;
        }

        Assert.Equal(4, _host.Reports.Count);
        Assert.Equal(_host.Reports[0], _host.Reports[2]);
        Assert.Equal((Severity.Information, "n0: sending works again after 1 errors, 1 frames lost"), _host.Reports[3]);
    }

    /// <summary>A guest that pings a dead peer now and then must not make two lines of each ping.</summary>
    [Fact]
    public void A_pause_without_any_send_is_no_recovery()
    {
        Fail(s_refused, lost: 1);
        _ = Check(sent: 1);
        LetTimePass();
        _ = Check();

        _ = Check(sent: 1);
        Fail(s_refused, lost: 1);
        LetTimePass();
        _ = Check();

        Assert.Single(_host.Reports);
        Assert.Equal(s_refused, _health.Current);
    }

    [Theory]
    [InlineData(LinuxConstants.ECONNREFUSED, "dst and dstport")]
    [InlineData(LinuxConstants.EMSGSIZE, "MTU")]
    [InlineData(LinuxConstants.EPERM, "firewall")]
    [InlineData(LinuxConstants.ENETUNREACH, "routes")]
    [InlineData(LinuxConstants.EHOSTUNREACH, "routes")]
    [InlineData(LinuxConstants.ENETDOWN, "interfaces")]
    public void A_usual_error_comes_with_a_remedy(int errno, string word)
    {
        Fail(new Errno(errno), lost: 1);
        Assert.Contains(word, Assert.Single(_host.Reports).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_without_a_remedy_is_told_all_the_same()
    {
        Fail(new Errno(LinuxConstants.EIO), lost: 1);
        Assert.Equal("n0: sending fails: Input/output error", Assert.Single(_host.Reports).Text);
    }

    /// <summary>A run of 25 datagrams is one message and one error.</summary>
    [Fact]
    public void The_figures_are_those_of_the_counters()
    {
        for (int i = 0; i < 40; i++)
        {
            Fail(s_refused, lost: 25);
        }

        Recover();

        Assert.Equal("n0: sending works again after 40 errors, 1000 frames lost", _host.Reports[1].Text);
    }

    [Fact]
    public void What_may_be_told_later_only_is_told_with_all_that_came_in_between()
    {
        for (int outage = 0; outage < 5; outage++)
        {
            Fail(s_refused, lost: 1);
            Recover();
        }

        Assert.Equal(2, _host.Reports.Count);
        Assert.False(_health.OwesLine);
        Fail(s_refused, lost: 1);
        Assert.True(_health.OwesLine);
        _now += LogAllowance.PeriodMs;
        _health.CheckLog(_now);
        Recover();

        Assert.Equal(4, _host.Reports.Count);
        Assert.Equal("n0: sending works again after 5 errors, 5 frames lost", _host.Reports[3].Text);
    }

    /// <summary>Nobody who makes errors come and go makes the log grow.</summary>
    [Fact]
    public void An_error_that_comes_and_goes_for_an_hour_is_two_lines_a_minute_at_most()
    {
        const int minutes = 60;
        long end = _now + (minutes * 60_000L);
        while (_now < end)
        {
            Fail(s_refused);
            Fail(s_tooLong, lost: 1);
            _ = Check(sent: 1);
            Recover();
            _health.CheckLog(_now);
        }

        Assert.InRange(_host.Reports.Count, minutes, (2 * minutes) + 2);
    }

    public void Dispose()
    {
        _host.Dispose();
        _memory.Dispose();
    }

    /// <summary>A message is refused, as BatchSender counts it.</summary>
    private void Fail(Errno error, int lost = 0)
    {
        _counters.SendErrors++;
        _health.Failed(error, _now);
        _counters.AddDrops(DropReason.SendFailed, lost);
    }

    private bool Check(int sent = 0)
    {
        if (sent != 0)
        {
            _counters.AddTransmitted(sent, sent * 60);
        }

        return _health.Check(_now);
    }

    private void Recover()
    {
        _ = Check();
        _ = Check(sent: 1);
        LetTimePass();
        _ = Check();
    }

    private void LetTimePass() => _now += 10_000;
}
