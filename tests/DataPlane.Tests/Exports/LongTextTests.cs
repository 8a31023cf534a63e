// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Exports;

/// <summary>Texts as long as QMP takes them, 64 MB: each is refused by its length, and not copied before.</summary>
public sealed class LongTextTests(Lab lab)
{
    private const int Long = 64 << 20;

    [Theory]
    [InlineData("dst", "dst=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... has 67108864 characters; no name has more than 255")]
    [InlineData("gso", "gso=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... has 67108864 characters; give at most 4096")]
    [InlineData("pcap", "pcap=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... has 67108864 characters; give at most 4096")]
    [InlineData("txcookie", "txcookie=... has 67108864 characters; give at most 4096")]
    public void A_value_of_64_MB_is_refused_and_no_cookie_is_shown(string name, string refusal)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Equal(refusal, tunnel.Session.Set(name, new string('x', Long)));
        Assert.Equal(0u, tunnel.Session.Counters.InternalErrors);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
    }

    [Fact]
    public void A_value_as_long_as_a_path_may_be_gets_to_its_property()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.EndsWith("xxx", tunnel.Session.Set("pcap", new string('x', 4096)), StringComparison.Ordinal);
        Assert.EndsWith("give at most 4096", tunnel.Session.Set("pcap", new string('x', 4097)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_property_may_have_any_length_and_is_none()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Null(tunnel.Session.Get(new string('x', Long)));
        Assert.EndsWith("is nothing that can be set", tunnel.Session.Set(new string('x', Long), "1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", 256, 255)]
    [InlineData("id", Long, 255)]
    [InlineData("src", Long, 4096)]
    [InlineData("dst", Long, 4096)]
    [InlineData("srcport", Long, 4096)]
    [InlineData("dstport", Long, 4096)]
    public void An_option_that_is_too_long_is_refused_with_its_beginning(string option, int length, int most)
    {
        string text = new('x', length);
        string json = $$"""{"txsession": 1, "{{option}}": "{{text}}"}""";
        Assert.Equal($"l2tpv3 netdev '?': {option}={text[..32]}... has {length} characters; give at most {most}", Refusal(json, null));
    }

    [Fact]
    public void Settings_of_64_MB_are_refused() =>
        Assert.Equal("l2tpv3 netdev 'n0': the settings have 67108864 characters; give at most 131072", Refusal("""{"id": "n0"}""", new string('x', Long)));

    /// <summary>255 characters of two bytes each are 510; QEMU writes each as an escape of six.</summary>
    [Fact]
    public void An_id_is_measured_as_it_is_and_not_as_JSON_writes_it()
    {
        string escaped = string.Concat(System.Linq.Enumerable.Repeat("\\u00fc", 127));
        Assert.StartsWith($"l2tpv3 netdev '{new string('ü', 127)}': ", Refusal($$"""{"id": "{{escaped}}"}""", null), StringComparison.Ordinal);
        escaped = string.Concat(System.Linq.Enumerable.Repeat("\\u00fc", 128));
        Assert.StartsWith("l2tpv3 netdev '?': id=", Refusal($$"""{"id": "{{escaped}}"}""", null), StringComparison.Ordinal);
    }

    private string Refusal(string options, string? settings)
    {
        using FakeHost host = new();
        int result = PlaneSession.TryOpen(lab, host, options, settings, out PlaneSession? session, out string error);
        Assert.Null(session);
        Assert.Equal(-LinuxConstants.EINVAL, result);
        return error;
    }
}
