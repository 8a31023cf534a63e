// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Runtime.CompilerServices;
using DataPlane.Tests.Kit;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;

namespace DataPlane.Tests.Diagnostics;

/// <summary>One log line per change of state.</summary>
public sealed class SendHealthTests : IDisposable
{
    private static readonly Errno s_refused = new(LinuxConstants.ECONNREFUSED);
    private static readonly Errno s_tooLong = new(LinuxConstants.EMSGSIZE);
    private readonly FakeHost _host = new();
    private readonly SendHealth _health;

    public SendHealthTests()
    {
        _health = new SendHealth(new Host(_host.Table), "n0");
    }

    [Fact]
    public void The_same_error_again_and_again_is_one_line()
    {
        for (int i = 0; i < 1000; i++)
        {
            _health.Failed(s_refused, lost: true);
            _health.Check(sentFrames: (ulong)i);
        }

        Assert.Equal((Severity.Warning, "n0: sending fails: Connection refused (nobody listens at the peer's dst and dstport)"), Assert.Single(_host.Reports));
        Assert.Equal(s_refused, _health.Current);
        Assert.Equal("Connection refused", _health.CurrentText);
    }

    /// <summary>A peer that is away and frames that are too long come together, at the guest's rate.</summary>
    [Fact]
    public void Two_errors_by_turns_are_two_lines()
    {
        for (int i = 0; i < 1000; i++)
        {
            _health.Failed(s_refused, lost: false);
            _health.Failed(s_tooLong, lost: true);
        }

        Assert.Equal(2, _host.Reports.Count);
        Assert.Contains("Connection refused", _host.Reports[0].Text, StringComparison.Ordinal);
        Assert.Contains("Message too long", _host.Reports[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_quiet_time_one_line_says_that_all_is_well_and_what_was_lost()
    {
        _health.Failed(s_refused, lost: false);
        _health.Failed(s_refused, lost: true);
        _health.Failed(s_refused, lost: true);
        Assert.False(_health.Check(sentFrames: 10));
        Assert.Single(_host.Reports);

        Assert.True(_health.Check(sentFrames: 11));
        Assert.True(_health.Check(sentFrames: 12));
        LetTimePass();
        Assert.False(_health.Check(sentFrames: 12));
        Assert.False(_health.Check(sentFrames: 13));

        Assert.Equal(2, _host.Reports.Count);
        Assert.Equal((Severity.Information, "n0: sending works again after 3 errors, 2 frames lost"), _host.Reports[1]);
        Assert.True(_health.Current.IsNone);
        Assert.Empty(_health.CurrentText);
    }

    [Fact]
    public void A_second_outage_is_told_as_the_first_was()
    {
        for (ulong outage = 0; outage < 2; outage++)
        {
            _health.Failed(s_refused, lost: true);
            _health.Check(sentFrames: outage);
            _health.Check(sentFrames: outage + 1);
            LetTimePass();
            _health.Check(sentFrames: outage + 1);
        }

        Assert.Equal(4, _host.Reports.Count);
        Assert.Equal(_host.Reports[0], _host.Reports[2]);
        Assert.Equal((Severity.Information, "n0: sending works again after 1 errors, 1 frames lost"), _host.Reports[3]);
    }

    /// <summary>A guest that pings a dead peer now and then must not make two lines of each ping.</summary>
    [Fact]
    public void A_pause_without_any_send_is_no_recovery()
    {
        _health.Failed(s_refused, lost: true);
        _health.Check(sentFrames: 1);
        LetTimePass();
        _health.Check(sentFrames: 1);

        _health.Check(sentFrames: 2);
        _health.Failed(s_refused, lost: true);
        LetTimePass();
        _health.Check(sentFrames: 2);

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
        _health.Failed(new Errno(errno), lost: true);
        Assert.Contains(word, Assert.Single(_host.Reports).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_without_a_remedy_is_told_all_the_same()
    {
        _health.Failed(new Errno(LinuxConstants.EIO), lost: true);
        Assert.Equal("n0: sending fails: Input/output error", Assert.Single(_host.Reports).Text);
    }

    public void Dispose() => _host.Dispose();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_quietSince")]
    private static extern ref long QuietSince(SendHealth health);

    /// <summary>The quiet time began ten seconds earlier than it did.</summary>
    private void LetTimePass() => QuietSince(_health) -= 10_000;
}
