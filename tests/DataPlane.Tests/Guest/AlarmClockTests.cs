// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Threading;
using L2tpv3.DataPlane.Guest;

namespace DataPlane.Tests.Guest;

/// <summary>Several alarms on the host's one timer.</summary>
public sealed class AlarmClockTests : IDisposable
{
    private const long FarMs = 60_000;
    private readonly FakeHost _host = new();
    private readonly AlarmClock _alarms;

    public AlarmClockTests()
    {
        _alarms = new AlarmClock(new GuestPort(_host.Table));
    }

    [Fact]
    public void An_alarm_that_is_set_already_does_not_ask_the_host_again()
    {
        _alarms.Set(Alarm.Info, FarMs);
        _alarms.Set(Alarm.Info, FarMs);
        _alarms.Set(Alarm.Info, FarMs + 1);
        Assert.Equal(1, _host.TimerCalls);
        Assert.InRange(_host.TimerMs, FarMs - 1000, FarMs);
    }

    /// <summary>The line of `info network` is slow while the guest takes nothing, and must not stay so when it takes frames again.</summary>
    [Fact]
    public void An_alarm_that_is_set_for_later_comes_forward()
    {
        _alarms.Set(Alarm.Info, FarMs);
        _alarms.Set(Alarm.Info, 10);
        Assert.InRange(_host.TimerMs, 0, 10);
        Thread.Sleep(20);
        Assert.Equal([Alarm.Info], TakeAll());
        Assert.Empty(TakeAll());
    }

    [Fact]
    public void An_alarm_that_is_set_for_sooner_with_a_longer_delay_stays()
    {
        _alarms.Set(Alarm.Info, 20);
        _alarms.Set(Alarm.Info, FarMs);
        Thread.Sleep(30);
        Assert.Equal([Alarm.Info], TakeAll());
    }

    [Fact]
    public void An_earlier_alarm_moves_the_timer_forward_and_a_later_one_leaves_it()
    {
        _alarms.Set(Alarm.Info, FarMs);
        _alarms.Set(Alarm.RetryTransmit, 1000);
        Assert.InRange(_host.TimerMs, 1, 1000);
        _alarms.Set(Alarm.Connect, 30_000);
        Assert.Equal(2, _host.TimerCalls);
    }

    [Fact]
    public void Only_alarms_whose_time_has_come_ring_and_the_timer_is_set_for_the_next()
    {
        _alarms.Set(Alarm.Connect, FarMs);
        _alarms.Set(Alarm.Info, 0);
        _alarms.Set(Alarm.RetryReceive, 0);

        Assert.Equal([Alarm.Info, Alarm.RetryReceive], TakeAll());
        Assert.InRange(_host.TimerMs, FarMs - 1000, FarMs);
        Assert.Empty(TakeAll());
    }

    /// <summary>A host's timer may come a little early; the alarm must not be lost.</summary>
    [Fact]
    public void A_timer_that_comes_too_early_is_set_again()
    {
        _alarms.Set(Alarm.Info, FarMs);
        Assert.Empty(TakeAll());
        Assert.Equal(2, _host.TimerCalls);
        Assert.InRange(_host.TimerMs, FarMs - 1000, FarMs);
    }

    [Fact]
    public void An_alarm_rings_after_its_time_and_can_be_set_anew()
    {
        _alarms.Set(Alarm.RetryTransmit, 20);
        Thread.Sleep(30);
        Assert.Equal([Alarm.RetryTransmit], TakeAll());
        _alarms.Set(Alarm.RetryTransmit, FarMs);
        Assert.InRange(_host.TimerMs, FarMs - 1000, FarMs);
    }

    /// <summary>As after a handler that has thrown: nobody has taken the rest.</summary>
    [Fact]
    public void After_an_alarm_was_taken_the_next_one_that_is_set_asks_the_host_again()
    {
        _alarms.Set(Alarm.Info, 0);
        _alarms.Set(Alarm.Log, FarMs);
        Assert.True(_alarms.TryTake(Environment.TickCount64, out _));

        _alarms.Set(Alarm.Info, 1000);
        Assert.InRange(_host.TimerMs, 1, 1000);
        Assert.Equal(2, _host.TimerCalls);
    }

    [Fact]
    public void After_stop_nothing_rings()
    {
        _alarms.Set(Alarm.Info, 0);
        _alarms.Stop();
        Assert.Equal(-1, _host.TimerMs);
        Assert.Empty(TakeAll());
    }

    public void Dispose() => _host.Dispose();

    private List<Alarm> TakeAll()
    {
        List<Alarm> taken = [];
        while (_alarms.TryTake(Environment.TickCount64, out Alarm alarm))
        {
            taken.Add(alarm);
        }

        return taken;
    }
}
