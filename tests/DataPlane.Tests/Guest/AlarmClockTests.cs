// SPDX-License-Identifier: GPL-2.0-or-later
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

    /// <summary>
    /// The table at the head of AlarmClock. Steps: an alarm and its delay in milliseconds set it, take and stop are the calls of these
    /// names. What each does: the alarm that rings, armed when the host's timer is set, off when it is stopped, a dash for neither.
    /// </summary>
    public static TheoryData<string, string, string> Steps => new()
    {
        { "Off", "Info:60000", "armed" },
        { "Off", "take", "-" },
        { "Armed", "Info:60000 Info:60000", "armed -" },
        { "Armed", "Info:60000 Log:1000", "armed armed" },
        { "Armed", "Log:1000 Info:60000", "armed -" },
        { "Armed, and the host is early", "Info:60000 take", "armed armed" },
        { "Armed", "Info:0 take", "armed Info" },
        { "Armed", "Info:60000 stop Info:60000", "armed off armed" },
        { "UsedUp", "Info:0 Connect:0 take take", "armed - Info Connect" },
        { "UsedUp", "Info:0 take take", "armed Info -" },
        { "UsedUp", "Info:0 Log:60000 take take", "armed - Info armed" },
        { "UsedUp", "Info:0 take Info:1000 Info:1000", "armed Info armed -" },
        { "UsedUp", "Info:0 take stop", "armed Info off" },

        // The handler of the first alarm has thrown: nobody has taken the rest.
        { "UsedUp, half-way", "Info:0 Log:60000 take Log:60000 Log:60000", "armed - Info armed -" },
        { "UsedUp, half-way", "Info:0 Connect:0 take Connect:1000 take take", "armed - Info armed Connect -" },
        { "UsedUp, half-way", "Info:0 Log:60000 take Info:1000", "armed - Info armed" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Each_step_leaves_the_timer_as_the_table_says(string state, string steps, string expected)
    {
        List<string> given = [];
        foreach (string step in steps.Split(' '))
        {
            int calls = _host.TimerCalls;
            string rings = Do(step);
            string timer = _host.TimerCalls == calls ? "-" : _host.TimerMs < 0 ? "off" : "armed";
            given.Add(rings.Length == 0 ? timer : rings);
            Assert.True(rings.Length == 0 || timer is "-");
        }

        Assert.Equal($"{state}: {expected}", $"{state}: {string.Join(' ', given)}");
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

    private string Do(string step)
    {
        switch (step)
        {
            case "take":
                return _alarms.TryTake(Environment.TickCount64, out Alarm alarm) ? alarm.ToString() : string.Empty;
            case "stop":
                _alarms.Stop();
                return string.Empty;
            default:
                string[] parts = step.Split(':');
                _alarms.Set(Enum.Parse<Alarm>(parts[0]), long.Parse(parts[1], CultureInfo.InvariantCulture));
                return string.Empty;
        }
    }

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
