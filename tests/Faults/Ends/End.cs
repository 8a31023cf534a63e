// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace Faults.Ends;

/// <summary>One end of the tunnel: a real QEMU, and the test in its guest's place behind a tap device.</summary>
internal sealed class End : IDisposable
{
    /// <summary>Frames that may be on their way from the test into the netdev: fewer than the tap's queue holds.</summary>
    private const int Window = 256;

    /// <summary>Frames that may be between the netdev and the line: fewer than its packet socket holds.</summary>
    private const int LineWindow = 8192;

    private readonly L2tpv3Netdev _netdev;
    private readonly string _settings;
    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _frame = new byte[65_000];
    private EndCounts _past = EndCounts.Zero;
    private TapSocket _tap;
    private FrameCollector _collector;
    private long _collectedBefore;

    /// <summary>Starts a QEMU.</summary>
    public End(NetworkNamespace network, L2tpv3Netdev netdev, string settings)
    {
        Network = network;
        _netdev = netdev;
        _settings = settings;
        (Qemu, _tap, _collector) = Start();
    }

    /// <summary>How many frames of this end the line has taken.</summary>
    public Func<long>? Passed { get; set; }

    /// <summary>Where it is.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>The QEMU.</summary>
    public QemuProcess Qemu { get; private set; }

    /// <summary>What the guest gets.</summary>
    public FrameCollector Guest => _collector;

    /// <summary>All frames that the guest has got, of all QEMUs that there were.</summary>
    public long Collected => _collectedBefore + _collector.Count;

    /// <summary>Frames that the guest has sent.</summary>
    public long Sent { get; private set; }

    /// <summary>How often a QEMU has ended that was not asked to.</summary>
    public int Crashes { get; private set; }

    /// <summary>The netdev's page.</summary>
    public StatisticsPage Page => NetdevPage.Read(_directory.Path);

    /// <summary>What the netdev has counted.</summary>
    public EndCounts Counts => Qemu.HasExited ? throw new InvalidOperationException($"QEMU has ended: {Qemu.StandardError}") : _past.Plus(EndCounts.Of(Page));

    /// <summary>Anonymous memory in KiB: what the process has made, not the pages of its files.</summary>
    public long MemoryKib => long.Parse(
        System.IO.File.ReadLines($"/proc/{Qemu.Id}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))[8..^2],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Processor time so far (proc(5), stat).</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using Process process = Process.GetProcessById(Qemu.Id);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Drops for one reason.</summary>
    public long Drops(DropReason reason) => NetdevPage.Drops(Page, reason);

    /// <summary>The guest sends frames, no faster than the netdev takes them.</summary>
    /// <returns>The number of the last one.</returns>
    public long Send(int count, int size)
    {
        for (int i = 0; i < count; i++)
        {
            WaitForRoom();
            NumberedFrame.Write(_frame.AsSpan(0, size), Sent);
            _tap.Send(_frame.AsSpan(0, size));
            Sent++;
        }

        return Sent - 1;
    }

    /// <summary>The QEMU is killed. What it has counted until then stays.</summary>
    public void Kill()
    {
        _past = Counts;
        Stop();
    }

    /// <summary>Another QEMU takes its place.</summary>
    public void Restart()
    {
        foreach (string page in System.IO.Directory.GetFiles(_directory.Path))
        {
            System.IO.File.Delete(page);
        }

        (Qemu, _tap, _collector) = Start();
    }

    /// <summary>Notices a QEMU that has ended by itself.</summary>
    public void CheckAlive()
    {
        if (Qemu.HasExited)
        {
            Crashes++;
        }
    }

    public void Dispose()
    {
        Stop();
        _directory.Dispose();
    }

    private void Stop()
    {
        Qemu.Dispose();
        _collector.Dispose();
        _collectedBefore += _collector.Count;
        _tap.Dispose();
    }

    private void WaitForRoom()
    {
        if (Sent % (Window / 4) != 0)
        {
            return;
        }

        long started = Stopwatch.GetTimestamp();
        while (Counts is { } counts
            && (Sent - counts.Transmitted - counts.TransmitDrops > Window / 2 || counts.Transmitted - (Passed?.Invoke() ?? counts.Transmitted) > LineWindow))
        {
            if (Stopwatch.GetElapsedTime(started) > Timeouts.Arrival)
            {
                throw new TimeoutException($"the netdev takes no more frames: {Qemu.Hmp("info network")}");
            }

            Thread.Sleep(0);
        }
    }

    private (QemuProcess Qemu, TapSocket Tap, FrameCollector Collector) Start()
    {
        TapSocket tap = new(Network, "guest");
        string settings = string.Join(',', new[] { "require", $"stats={_directory.Path}", _settings }.Where(text => text.Length != 0));
        QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            Namespace = Network,
            Settings = settings,
            Arguments = ["-netdev", _netdev.ToString(), .. tap.Arguments(_netdev.Id)],
        });
        tap.Open();
        return (qemu, tap, new FrameCollector(tap.TryReceive));
    }
}
