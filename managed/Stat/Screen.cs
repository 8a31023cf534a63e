// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace L2tpv3.Stat;

/// <summary>What each command of l2tpv3-stat does.</summary>
internal sealed class Screen
{
    private const int NoNetdev = 1;

    /// <summary>Of a table that goes into a file: no line of it is folded.</summary>
    private const int FileWidth = 200;

    private readonly PageReader _reader;
    private readonly TimeSpan _interval;

    /// <summary>Shows what a reader finds.</summary>
    /// <param name="reader">Where to look.</param>
    /// <param name="interval">The time between two looks; 0: one look is enough.</param>
    public Screen(PageReader reader, TimeSpan interval)
    {
        _reader = reader;
        _interval = interval;
    }

    /// <summary>A table that lives until the user interrupts it.</summary>
    public async Task<int> ShowLiveAsync(CancellationToken cancellation)
    {
        TimeSpan interval = _interval > TimeSpan.Zero ? _interval : TimeSpan.FromSeconds(1);
        History history = new();
        await AnsiConsole.Live(Table(history)).StartAsync(async live =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                live.UpdateTarget(Table(history));
                await Task.Delay(interval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The table once, with the rates of one interval.</summary>
    public int ShowOnce()
    {
        IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows = Look();
        if (rows.Count > 0)
        {
            if (Console.IsOutputRedirected)
            {
                AnsiConsole.Profile.Width = FileWidth;
                AnsiConsole.Profile.Capabilities.Ansi = false;
                AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            }

            AnsiConsole.Write(NetdevTable.Of(rows, AnsiConsole.Console));
        }

        return Status(rows.Count);
    }

    /// <summary>JSON, once.</summary>
    public int ShowJson()
    {
        IReadOnlyList<Netdev> netdevs = _reader.ReadAll();
        using Stream output = Console.OpenStandardOutput();
        JsonList.Write(netdevs, output);
        return Status(netdevs.Count);
    }

    /// <summary>OpenMetrics, once. No netdev is no error: the collector wants its file.</summary>
    public int ShowMetrics()
    {
        OpenMetrics.Write(_reader.ReadAll(), Console.Out);
        Console.Out.Flush();
        return 0;
    }

    /// <summary>What is wrong, in words.</summary>
    /// <param name="id">One netdev; null: all.</param>
    public int Explain(string? id)
    {
        Sample[] all = [.. Look().Select(row => row.Sample)];
        Sample[] samples = [.. all.Where(sample => id is null || string.Equals(sample.Now.Id, id, StringComparison.Ordinal))];
        if (samples.Length == 0 && all.Length != 0)
        {
            Console.Error.WriteLine($"l2tpv3-stat: no netdev has the ID {id}; there are {string.Join(", ", all.Select(sample => sample.Now.Id).Distinct(StringComparer.Ordinal))}");
            return NoNetdev;
        }

        foreach (Sample sample in samples)
        {
            Findings.Write(sample, Console.Out);
        }

        return Status(samples.Length);
    }

    private IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> Look()
    {
        History history = new();
        IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows = history.Add(_reader.ReadAll());
        if (rows.Count == 0 || _interval <= TimeSpan.Zero)
        {
            return rows;
        }

        Thread.Sleep(_interval);
        return history.Add(_reader.ReadAll());
    }

    private IRenderable Table(History history)
    {
        IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows = history.Add(_reader.ReadAll());
        return rows.Count > 0 ? NetdevTable.Of(rows, AnsiConsole.Console) : new Text("no l2tpv3 netdev runs on this host, or none that you may see");
    }

    private int Status(int found)
    {
        foreach (string refused in _reader.Refused)
        {
            Console.Error.WriteLine($"l2tpv3-stat: {refused}");
        }

        if (_reader.OtherVersions > 0)
        {
            Console.Error.WriteLine($"l2tpv3-stat: {_reader.OtherVersions} netdevs belong to another version of the plugin; install the plugin and l2tpv3-stat from one build, and restart those guests");
        }

        if (found == 0)
        {
            Console.Error.WriteLine("l2tpv3-stat: no l2tpv3 netdev runs on this host, or none that you may see (root and the user of its QEMU may)");
        }

        return found == 0 ? NoNetdev : 0;
    }
}
