// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using System.Text.RegularExpressions;
using L2tpv3.Packets;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using L2tpv3.Statistics;
using Spectre.Console;

namespace Stat.Tests;

/// <summary>The table, JSON and OpenMetrics.</summary>
public sealed class RenderingTests
{
    private static readonly Regex s_sample = new("""^(l2tpv3_[a-z_]+)\{netdev="((?:[^"\\\n]|\\["\\n])*)",pid="\d+",number="\d+"(?:,[a-z]+="[^"\\]*")?\} \d+$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [Fact]
    public void Each_netdev_is_a_line_of_the_table_with_its_rates_and_the_worst_finding()
    {
        Sample sample = Pages.Twice(
            (ref StatisticsPage page) => page.Traffic.TransmittedFrames = 0,
            (ref StatisticsPage page) => page.Drops[(int)DropReason.WrongCookie].Count = 4213);
        string line = Assert.Single(Render(sample).Split('\n'), text => text.Contains("n0", StringComparison.Ordinal));
        Assert.Matches(@"n0 +4711 +udp 192\.0\.2\.1:1701 -> 192\.0\.2\.2:1701 +500 +0 +0 +0 +4,213 +▁█ +wrong cookie", line);
    }

    /// <summary>An id may hold what Spectre.Console takes for markup.</summary>
    [Fact]
    public void What_stands_in_a_page_is_shown_as_it_is() =>
        Assert.Contains("[red]n[/]", Render(Pages.Once((ref StatisticsPage page) => PageText.Write(page.Description.Id, "[red]n[/]"))), StringComparison.Ordinal);

    [Fact]
    public void JSON_has_every_counter_that_moved()
    {
        using MemoryStream stream = new();
        JsonList.Write([Pages.Netdev((ref StatisticsPage page) =>
        {
            page.Drops[(int)DropReason.WrongSession].Count = 3;
            page.Drops[(int)DropReason.WrongSession].LastValue = 17;
            page.Traffic.TransmitBatches[6] = 9;
        })], stream);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement netdev = document.RootElement[0];
        Assert.Equal("n0", netdev.GetProperty("id").GetString());
        Assert.Equal("2023-11-14T22:13:20.000Z", netdev.GetProperty("since").GetString());
        Assert.Equal(1000, netdev.GetProperty("transmit").GetProperty("frames").GetInt64());
        Assert.Equal(2000, netdev.GetProperty("receive").GetProperty("datagrams").GetInt64());
        Assert.Equal(9, netdev.GetProperty("transmit").GetProperty("batches").GetProperty("64").GetInt64());
        Assert.Equal(17, netdev.GetProperty("drops").GetProperty("wrong-session").GetProperty("last").GetInt64());
    }

    [Fact]
    public void Metrics_are_OpenMetrics_text()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        OpenMetrics.Write([Pages.Netdev(), Pages.Netdev((ref StatisticsPage page) => PageText.Write(page.Description.Id, "a\"b\\c"))], writer);
        string[] lines = writer.ToString().Split('\n');
        Assert.Equal(["# EOF", string.Empty], lines[^2..]);

        string family = string.Empty;
        string type = string.Empty;
        HashSet<string> families = new(StringComparer.Ordinal);
        HashSet<string> samples = new(StringComparer.Ordinal);
        foreach (string line in lines[..^2])
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                (family, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                Assert.True(families.Add(family), $"{family} stands together");
                continue;
            }

            if (!line.StartsWith($"# HELP {family} ", StringComparison.Ordinal))
            {
                Assert.Matches(s_sample, line);
                Assert.StartsWith(string.Equals(type, "counter", StringComparison.Ordinal) ? $"{family}_total{{" : $"{family}{{", line, StringComparison.Ordinal);
                Assert.True(samples.Add(line[..line.LastIndexOf(' ')]), line);
            }
        }

        Assert.Contains("l2tpv3_frames_total{netdev=\"n0\",pid=\"4711\",number=\"1\",direction=\"transmit\"} 1000", lines, StringComparer.Ordinal);
        Assert.Contains("l2tpv3_drops_total{netdev=\"a\\\"b\\\\c\",pid=\"4711\",number=\"1\",reason=\"wrong-cookie\"} 0", lines, StringComparer.Ordinal);
        Assert.Equal(2 * (DropReasons.Count - 1), lines.Count(line => line.StartsWith("l2tpv3_drops_total", StringComparison.Ordinal)));
    }

    /// <summary>QEMU keeps a netdev that was deleted until its NIC goes, and takes its id for another one.</summary>
    [Fact]
    public void Two_netdevs_of_one_process_and_one_id_are_two_series()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        OpenMetrics.Write([Pages.Netdev(), Pages.Netdev() with { Number = 2 }], writer);
        string[] series = [.. writer.ToString().Split('\n').Where(line => line.StartsWith("l2tpv3_", StringComparison.Ordinal)).Select(line => line[..line.LastIndexOf(' ')])];
        Assert.NotEmpty(series);
        Assert.Equal(series.Distinct(StringComparer.Ordinal), series, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(200, true, true)]
    [InlineData(100, true, false)]
    [InlineData(80, false, false)]
    public void A_narrow_terminal_has_fewer_columns_and_no_word_in_pieces(int width, bool hasTunnel, bool hasThroughput)
    {
        string table = Render(Pages.Once((ref StatisticsPage page) => page.Drops[(int)DropReason.WrongSession].Count = 5), width);

        Assert.Contains("wrong session", table, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2026", table, StringComparison.Ordinal);
        Assert.Equal(hasTunnel, table.Contains("tunnel", StringComparison.Ordinal));
        Assert.Equal(hasThroughput, table.Contains("throughput", StringComparison.Ordinal));
        Assert.All(table.Split('\n'), line => Assert.True(line.Length <= width, line));
    }

    private static string Render(Sample sample, int width = 200)
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = width;
        console.Write(NetdevTable.Of([(sample, [0d, 5d])], console));
        return writer.ToString();
    }
}
