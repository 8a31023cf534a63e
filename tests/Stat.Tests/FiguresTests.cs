// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>Numbers as people read them.</summary>
public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.04, "0")]
    [InlineData(7.46, "7.5")]
    [InlineData(42, "42")]
    [InlineData(999.4, "999")]
    [InlineData(999.5, "1k")]
    [InlineData(1234, "1.23k")]
    [InlineData(12_345, "12.3k")]
    [InlineData(123_456, "123k")]
    [InlineData(999_499, "999k")]
    [InlineData(999_501, "1M")]
    [InlineData(2_500_000_000, "2.5G")]
    [InlineData(1e20, "100000P")]
    public void A_rate_has_three_digits_and_a_unit(double rate, string expected) => Assert.Equal(expected, Figures.Short(rate));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(4213, "4,213")]
    [InlineData(18_446_744_073_709_551_615, "18,446,744,073,709,551,615")]
    public void A_count_is_exact(ulong count, string expected) => Assert.Equal(expected, Figures.Exact(count));

    [Fact]
    public void A_sparkline_has_a_bar_for_each_value_and_its_highest_is_full()
    {
        Assert.Equal("▁▂▅█", Figures.Sparkline([0, 0.001, 4, 7]));
        Assert.Equal("▁▁", Figures.Sparkline([0, 0]));
        Assert.Equal(string.Empty, Figures.Sparkline([]));
    }

    [Fact]
    public void Rates_are_what_came_in_between_by_the_time_in_between()
    {
        Sample sample = Pages.Twice(
            (ref StatisticsPage page) => (page.Traffic.TransmittedFrames, page.Traffic.ReceivedBytes) = (800, 100_000),
            (ref StatisticsPage _) => { });
        Assert.Equal(100, sample.TransmittedFrames);
        Assert.Equal(80_000, sample.ReceivedBits);
        Assert.Equal(0, sample.Drops);
    }

    [Fact]
    public void One_look_has_no_rate() => Assert.Equal(0, Pages.Once().TransmittedFrames);
}
