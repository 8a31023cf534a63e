// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text;

namespace Soak;

/// <summary>
/// Waits for frames from the guest, and tells a stall from a machine that is busy with something else.
///
/// Beside a compiler on each processor, a guest takes twenty seconds to start iperf3, and beside a process of real-time priority it does
/// nothing at all. So the time counts in which nobody on the frames' way wanted a processor and had none. A stall cannot hide in that for
/// long: who waits for something that never comes wants no processor, and a guest that goes on sending has two minutes.
/// </summary>
internal sealed class TrafficWatch(SoakPair pair)
{
    /// <summary>More than a handful of pings.</summary>
    private const int Frames = 100;

    /// <summary>Nobody waits longer, however busy the machine is.</summary>
    private static readonly TimeSpan s_longest = Timeouts.Guest;

    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(20);

    /// <summary>An answer of QEMU takes a processor, too.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    /// <summary>What QEMU knows of the guest's first NIC and its processor. Queue 0 receives, queue 1 transmits.</summary>
    private static readonly string[] s_machine =
    [
        "info virtio-queue-status /machine/peripheral-anon/device[0]/virtio-backend 0",
        "info virtio-queue-status /machine/peripheral-anon/device[0]/virtio-backend 1",
        "info cpus", "info lapic",
    ];

    private const string InGuest =
        "date; cat /proc/net/dev; ip address; ip neigh; netstat -tn; ps; cat /proc/interrupts; sleep 1; date; cat /proc/interrupts; dmesg | tail -n 40; tail -n 20 /tmp/*";

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly TimeSpan _starvedBefore = Starved(pair);
    private readonly long _before = Received(pair);

    /// <summary>Returns when frames have come.</summary>
    public void Wait()
    {
        while (Received(pair) <= _before + Frames)
        {
            TimeSpan elapsed = _elapsed.Elapsed;
            if (elapsed - (Starved(pair) - _starvedBefore) > Timeouts.Arrival || elapsed > s_longest)
            {
                throw new TimeoutException(Describe());
            }

            Thread.Sleep(elapsed < s_look ? s_firstLook : s_look);
        }
    }

    private static long Received(SoakPair pair) => pair.Host.Netdev("n0").FramesReceived;

    /// <summary>For how long threads of both QEMUs could have run, and had no processor.</summary>
    private static TimeSpan Starved(SoakPair pair) =>
        ProcessStatus.ThreadsWaitedForCpu(pair.Guest.Qemu.Id) + ProcessStatus.ThreadsWaitedForCpu(pair.Host.Id);

    /// <summary>
    /// The counters are looked at twice, and at their source: the line of `info network` is only as new as the last timer. The guest is
    /// asked last: the question wakes it, and if it does not answer, that takes long.
    /// </summary>
    private string Describe()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"in {_elapsed.Elapsed.TotalSeconds:F0} s, of which threads have waited {(Starved(pair) - _starvedBefore).TotalSeconds:F0} s for a processor, ");
        text.Append(CultureInfo.InvariantCulture, $"{Received(pair) - _before} frames have come from the guest\n");
        for (int look = 0; look < 2; look++)
        {
            foreach (QemuProcess qemu in new[] { pair.Guest.Qemu, pair.Host })
            {
                text.AppendLine(Try(() => qemu.Qmp.Execute("qom-get", new { path = "/l2tpv3/n0", property = "statistics" }).GetRawText()));
                text.AppendLine(Try(() => qemu.Hmp("info network"))).AppendLine(Try(() => ProcessStatus.DescribeThreads(qemu.Id))).AppendLine(qemu.StandardError);
            }

            foreach (string question in s_machine)
            {
                text.AppendLine(Try(() => pair.Guest.Qemu.Hmp(question)));
            }

            Thread.Sleep(s_between);
        }

        return text.AppendLine(Try(() => pair.Guest.TryRun(InGuest).StandardOutput)).ToString();
    }

    private static string Try(Func<string> question)
    {
        try
        {
            return question();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or QmpException)
        {
            return $"no answer: {exception.Message}";
        }
    }
}
