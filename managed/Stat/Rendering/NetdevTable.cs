// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.Globalization;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rules;
using Spectre.Console;

namespace L2tpv3.Stat.Rendering;

/// <summary>The table of all netdevs: one line each.</summary>
internal static class NetdevTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="rows">The netdevs, each with its throughput so far (both ways, bit/s); empty when there is no time in it.</param>
    public static Table Of(IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("netdev").AddColumn(Right("pid")).AddColumn("tunnel");
        table.AddColumn(Right("tx frame/s")).AddColumn(Right("bit/s")).AddColumn(Right("rx frame/s")).AddColumn(Right("bit/s"));
        table.AddColumn(Right("drops")).AddColumn("throughput").AddColumn("state");
        foreach ((Sample sample, IReadOnlyCollection<double> throughput) in rows)
        {
            Netdev now = sample.Now;
            table.AddRow(
                new Text(now.Id),
                new Text(now.Page.Header.ProcessId.ToString(CultureInfo.InvariantCulture)),
                new Text(now.Tunnel),
                new Text(Figures.Short(sample.TransmittedFrames)),
                new Text(Figures.Short(sample.TransmittedBits)),
                new Text(Figures.Short(sample.ReceivedFrames)),
                new Text(Figures.Short(sample.ReceivedBits)),
                new Text(Figures.Exact(now.TotalDrops), sample.Drops > 0 ? new Style(Color.Red) : Style.Plain),
                new Text(Figures.Sparkline(throughput)),
                State(Explanation.Of(sample)));
        }

        return table;
    }

    private static Text State(IReadOnlyList<Finding> findings) => findings.Count == 0
        ? new Text("ok", new Style(Color.Green))
        : new Text(findings[0].What, new Style(Colour(findings[0].Severity)));

    private static Color Colour(Severity severity) => severity switch
    {
        Severity.Error => Color.Red,
        Severity.Warning => Color.Yellow,
        _ => Color.Default,
    };

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
