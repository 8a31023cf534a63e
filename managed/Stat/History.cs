// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Stat.Reading;

namespace L2tpv3.Stat;

/// <summary>What the netdevs did over the last samples: rates need two, a sparkline many.</summary>
internal sealed class History
{
    /// <summary>The width of a sparkline.</summary>
    private const int Length = 20;

    private readonly Dictionary<string, Netdev> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<double>> _throughput = new(StringComparer.Ordinal);

    /// <summary>Adds the netdevs of one moment, and forgets those that are gone.</summary>
    public IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> Add(IReadOnlyList<Netdev> netdevs)
    {
        List<(Sample, IReadOnlyCollection<double>)> rows = [];
        foreach (Netdev now in netdevs)
        {
            Sample sample = new(_last.GetValueOrDefault(now.File, now), now);
            if (!_throughput.TryGetValue(now.File, out Queue<double>? throughput))
            {
                throughput = new Queue<double>(Length);
                _throughput.Add(now.File, throughput);
            }

            if (sample.Seconds > 0)
            {
                throughput.Enqueue(sample.TransmittedBits + sample.ReceivedBits);
            }

            while (throughput.Count > Length)
            {
                throughput.Dequeue();
            }

            rows.Add((sample, throughput));
        }

        foreach (string gone in _last.Keys.Except(netdevs.Select(netdev => netdev.File), StringComparer.Ordinal).ToArray())
        {
            _last.Remove(gone);
            _throughput.Remove(gone);
        }

        foreach (Netdev now in netdevs)
        {
            _last[now.File] = now;
        }

        return rows;
    }
}
