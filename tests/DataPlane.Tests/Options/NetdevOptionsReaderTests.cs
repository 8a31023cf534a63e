// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace DataPlane.Tests.Options;

/// <summary>The JSON text that QEMU's own visitor writes.</summary>
public sealed class NetdevOptionsReaderTests
{
    [Fact]
    public void Every_option_is_read()
    {
        NetdevOptions options = Read(
            """
            {"id": "n0", "type": "l2tpv3", "src": "::1", "dst": "::2", "srcport": "1701", "dstport": "1702",
             "ipv6": true, "udp": true, "cookie64": true, "counter": true, "pincounter": true,
             "txcookie": 18446744073709551615, "rxcookie": 1, "txsession": 4294967295, "rxsession": 2, "offset": 256}
            """);

        NetdevOptions expected = new()
        {
            Id = "n0",
            Source = "::1",
            Destination = "::2",
            SourcePort = "1701",
            DestinationPort = "1702",
            Ipv6 = true,
            Udp = true,
            Cookie64 = true,
            Counter = true,
            PinCounter = true,
            TransmitCookie = ulong.MaxValue,
            ReceiveCookie = 1,
            TransmitSessionId = uint.MaxValue,
            ReceiveSessionId = 2,
            Offset = 256,
        };
        Assert.Equal(expected, options);
    }

    [Fact]
    public void An_option_that_is_not_given_is_not_there()
    {
        NetdevOptions options = Read("""{"type": "l2tpv3"}""");
        Assert.Equal(new NetdevOptions(), options);
        Assert.Null(options.TransmitSessionId);
        Assert.Null(options.TransmitCookie);
    }

    /// <summary>A newer QEMU may add options, of any JSON type.</summary>
    [Fact]
    public void An_option_that_is_not_ours_is_passed_over()
    {
        NetdevOptions options = Read("""{"new": {"src": "no", "list": [1, {"dst": 2}]}, "id": "n0", "other": null, "txsession": 5}""");
        Assert.Equal(new NetdevOptions { Id = "n0", TransmitSessionId = 5 }, options);
    }

    [Fact]
    public void Escapes_and_characters_beyond_ASCII_are_read() => Assert.Equal("grüße\"\n", Read("""{"src": "gr\u00fcße\"\n"}""").Source);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"src" """)]
    [InlineData("""{"src": "a" """)]
    [InlineData("""{"src": 5}""")]
    [InlineData("""{"udp": "on"}""")]
    [InlineData("""{"udp": null}""")]
    [InlineData("""{"txsession": -1}""")]
    [InlineData("""{"txsession": 4294967296}""")]
    [InlineData("""{"txcookie": 18446744073709551616}""")]
    [InlineData("""{"offset": 1.5}""")]
    [InlineData("""{"offset": "1"}""")]
    public void Text_that_is_no_such_object_is_an_option_error(string json)
    {
        OptionException e = Assert.Throws<OptionException>(() => Read(json));
        Assert.StartsWith("QEMU handed over options that cannot be read: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_string_that_is_not_UTF_8_is_an_option_error()
    {
        byte[] json = [.. "{\"src\": \""u8, 0xFF, .. "\"}"u8];
        Assert.Throws<OptionException>(() => NetdevOptionsReader.Read(json));
    }

    private static NetdevOptions Read(string json) => NetdevOptionsReader.Read(Encoding.UTF8.GetBytes(json));
}
