// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;
using L2tpv3.DataPlane.Memory;

namespace DataPlane.Tests.Memory;

public sealed class Utf8LineTests
{
    [Fact]
    public void Text_and_numbers_follow_each_other_and_end_with_NUL()
    {
        Span<byte> buffer = stackalloc byte[40];
        buffer.Fill(0xFF);
        Utf8Line line = new(buffer);
        line.Append("grüße ");
        line.Append(0);
        line.Append(" ");
        line.Append(ulong.MaxValue);
        line.Terminate();

        const string expected = "grüße 0 18446744073709551615";
        Assert.Equal(expected, line.ToString());
        Assert.Equal(0, buffer[Encoding.UTF8.GetByteCount(expected)]);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "a")]
    [InlineData(3, "a")]
    [InlineData(4, "aü")]
    [InlineData(5, "aü")]
    [InlineData(7, "aü")]
    [InlineData(8, "aü😀")]
    [InlineData(9, "aü😀")]
    public void What_does_not_fit_is_cut_before_a_whole_character_and_a_byte_is_kept_for_NUL(int size, string expected)
    {
        byte[] buffer = new byte[size + 1];
        buffer.AsSpan().Fill(0xFF);
        Utf8Line line = new(buffer.AsSpan(0, size));
        line.Append("aü😀");
        line.Terminate();

        Assert.Equal(expected, line.ToString());
        Assert.Equal(0, buffer[Encoding.UTF8.GetByteCount(expected)]);
        Assert.Equal(0xFF, buffer[size]);
    }

    /// <summary>Else a cut line would say `frames tx  rx 3`, or end in a number that misses its last digits.</summary>
    [Fact]
    public void Behind_a_cut_nothing_follows()
    {
        Utf8Line number = new(stackalloc byte[10]);
        number.Append("frames ");
        number.Append(1234);
        number.Append(",");
        Assert.Equal("frames ", number.ToString());

        Utf8Line text = new(stackalloc byte[4]);
        text.Append("ab😀");
        text.Append("c");
        text.Append(5);
        Assert.Equal("ab", text.ToString());
    }

    [Fact]
    public void A_lone_surrogate_is_replaced()
    {
        Utf8Line line = new(stackalloc byte[20]);
        line.Append("a\uD83Db");
        Assert.Equal("a\uFFFDb", line.ToString());
    }
}
