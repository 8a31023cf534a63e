// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>The drop reasons in words.</summary>
public sealed class DropWordsTests
{
    [Fact]
    public void Every_reason_has_words_of_its_own()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (DropReason reason in Enum.GetValues<DropReason>())
        {
            string words = DropWords.Of(reason);
            Assert.Matches("^[A-Za-z ]{4,20}$", words);
            Assert.True(seen.Add(words), $"{reason} says '{words}' as another does");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(DropReasons.Count)]
    public void A_number_that_is_no_reason_has_no_words(int number)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DropWords.Of((DropReason)number));
    }
}
