// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.Globalization;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rules;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace L2tpv3.Stat.Rendering;

/// <summary>The table of all netdevs: one line each.</summary>
internal static class NetdevTable
{
    /// <summary>Makes the table. Where there is no room for all of it, the throughput is left out first, and then the tunnel.</summary>
    /// <param name="rows">The netdevs, each with its throughput so far (both ways, bit/s); empty when there is no time in it.</param>
    /// <param name="console">Where it is to be shown.</param>
    public static Table Of(IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows, IAnsiConsole console)
    {
        Table all = Of(rows, hasTunnel: true, hasThroughput: true);
        if (Fits(all, console))
        {
            return all;
        }

        Table withTunnel = Of(rows, hasTunnel: true, hasThroughput: false);
        return Fits(withTunnel, console) ? withTunnel : Of(rows, hasTunnel: false, hasThroughput: false);
    }

    /// <summary>No column but the tunnel need be folded, and that one at blanks only.</summary>
    private static bool Fits(IRenderable table, IAnsiConsole console) =>
        table.Measure(RenderOptions.Create(console), int.MaxValue).Min <= console.Profile.Width;

    private static Table Of(IReadOnlyList<(Sample Sample, IReadOnlyCollection<double> Throughput)> rows, bool hasTunnel, bool hasThroughput)
    {
        // The headings of rates are wider than the rates.
        char gap = hasThroughput ? ' ' : '\n';
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(Whole("netdev")).AddColumn(Right("pid"));
        if (hasTunnel)
        {
            table.AddColumn("tunnel");
        }

        table.AddColumn(Right($"tx{gap}frame/s")).AddColumn(Right("bit/s")).AddColumn(Right($"rx{gap}frame/s")).AddColumn(Right("bit/s"));
        table.AddColumn(Right("drops"));
        if (hasThroughput)
        {
            table.AddColumn(Whole("throughput"));
        }

        table.AddColumn(Whole("state"));
        foreach ((Sample sample, IReadOnlyCollection<double> throughput) in rows)
        {
            table.AddRow(Cells(sample, throughput, hasTunnel, hasThroughput));
        }

        return table;
    }

    private static IEnumerable<Text> Cells(Sample sample, IReadOnlyCollection<double> throughput, bool hasTunnel, bool hasThroughput)
    {
        Netdev now = sample.Now;
        yield return new Text(now.Id);
        yield return new Text(now.Page.Header.ProcessId.ToString(CultureInfo.InvariantCulture));
        if (hasTunnel)
        {
            yield return new Text(now.Tunnel);
        }

        yield return new Text(Figures.Short(sample.TransmittedFrames));
        yield return new Text(Figures.Short(sample.TransmittedBits));
        yield return new Text(Figures.Short(sample.ReceivedFrames));
        yield return new Text(Figures.Short(sample.ReceivedBits));
        yield return new Text(Figures.Exact(now.TotalDrops), sample.Drops > 0 ? new Style(Color.Red) : Style.Plain);
        if (hasThroughput)
        {
            yield return new Text(Figures.Sparkline(throughput));
        }

        yield return State(Explanation.Of(sample));
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

    private static TableColumn Right(string name) => Whole(name).RightAligned();

    private static TableColumn Whole(string name) => new TableColumn(name).NoWrap();
}
