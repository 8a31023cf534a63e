// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace DataPlane.Tests.Options;

/// <summary>QEMU_L2TPV3, as one netdev reads it.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData(" , ,", true)]
    [InlineData("require", true)]
    [InlineData("off", true)]
    [InlineData("require=on,off=on", true)]
    [InlineData("require=off,off=off", true)]
    [InlineData("source-check=on", true)]
    [InlineData("source-check=off", false)]
    [InlineData(" require , source-check=off ", false)]
    [InlineData("source-check=off,source-check=on", true)]
    [InlineData("n1.source-check=off", true)]
    [InlineData("n0.source-check=off", false)]
    [InlineData("source-check=off,n0.source-check=on", true)]
    [InlineData("n0.source-check=on,source-check=off", true)]
    [InlineData("n0.source-check=off,n1.source-check=on,source-check=on", false)]
    public void A_key_of_the_netdev_beats_a_key_of_all_whatever_the_order(string? text, bool sourceCheck) =>
        Assert.Equal(sourceCheck, SettingsReader.Read(text, "n0").SourceCheck);

    [Fact]
    public void A_netdev_id_may_hold_dots()
    {
        Assert.False(SettingsReader.Read("a.b.source-check=off", "a.b").SourceCheck);
        Assert.True(SettingsReader.Read("a.b.source-check=off", "b").SourceCheck);
    }

    [Theory]
    [InlineData("sourcecheck=off", "sourcecheck=...")]
    [InlineData("Source-Check=off", "Source-Check=...")]
    [InlineData("on", "on")]
    [InlineData("=on", "=...")]
    [InlineData("n0.=on", "n0.=...")]
    [InlineData("n0.off", "n0.off")]
    [InlineData("n1.wrong=off", "n1.wrong=...")]
    public void A_word_that_nobody_knows_is_refused_without_its_value_even_for_another_netdev(string text, string shown)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.StartsWith($"QEMU_L2TPV3: '{shown}' is not a setting; the settings are ", e.Message, StringComparison.Ordinal);
        foreach (string known in (string[])["source-check", "gso", "gro", "sndbuf", "rcvbuf", "require", "off"])
        {
            Assert.Contains(known, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("require=maybe", "'require=maybe' must say on or off")]
    [InlineData("off=", "'off=' must say on or off")]
    [InlineData("n0.require=on", "'n0.require=...' is not a setting; the settings are ")]
    public void The_words_are_on_or_off_and_for_all_netdevs(string text, string words)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.StartsWith($"QEMU_L2TPV3: {words}", e.Message, StringComparison.Ordinal);
        Assert.StartsWith($"-plugin: {words}", Assert.Throws<OptionException>(() => SettingsReader.Check(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    public void A_capture_has_ten_files_at_most_for_each_is_renamed_in_the_main_loop(string files)
    {
        Assert.Equal(10, SettingsReader.Read("pcap-files=10", "n0").Capture.Limits.Files);
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read($"pcap-files={files}", "n0"));
        Assert.Equal($"QEMU_L2TPV3: 'pcap-files={files}' must say a number from 1 to 10", e.Message);
    }

    /// <summary>What is mistyped may be a cookie, or the rest of one.</summary>
    [Theory]
    [InlineData("txcokie=deadbeefdeadbeef")]
    [InlineData("n0.rx-cooky2=0xdeadbeef")]
    [InlineData("TXCOOKIE=deadbeef")]
    [InlineData("txcookie =deadbeef")]
    [InlineData("txcookie:deadbeef")]
    [InlineData("txcookie deadbeef")]
    [InlineData("gso=off;txcookie=deadbeef")]
    [InlineData("gsso=off;txcokie=deadbeef")]
    [InlineData("txcookiedeadbeef")]
    [InlineData("txcookie=01020304,deadbeef")]
    [InlineData("txcookie=deadbeefdeadbee")]
    [InlineData("stats=/run/x,gso=rxcookie=deadbeef")]
    public void A_cookie_is_not_shown_however_its_key_is_misspelt(string text)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.DoesNotContain("dead", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(e.Message, Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n1")).Message);
        Assert.DoesNotContain("dead", Assert.Throws<OptionException>(() => SettingsReader.Check(text)).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_cookie_that_a_value_has_swallowed_is_not_among_the_settings_that_are_shown() =>
        Assert.Equal("gro=on,pcap=/tmp/x;txcookie=...", SettingsReader.Read("gro=on,pcap=/tmp/x;txcookie=deadbeef", "n0").Given);

    [Theory]
    [InlineData("source-check")]
    [InlineData("source-check=")]
    [InlineData("source-check=yes")]
    [InlineData("source-check=ON")]
    [InlineData("n1.source-check=1")]
    public void A_value_that_nobody_knows_is_refused(string text)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.Equal($"QEMU_L2TPV3: '{text}' must say on, off or roam", e.Message);
    }

    [Fact]
    public void Gso_and_gro_are_on_unless_told()
    {
        Settings defaults = SettingsReader.Read(null, "n0");
        Assert.Equal(GsoSetting.On, defaults.Gso);
        Assert.True(defaults.Gro);
        Settings off = SettingsReader.Read("gso=off,n0.gro=off", "n0");
        Assert.Equal(GsoSetting.Off, off.Gso);
        Assert.Equal(GsoSetting.Uneven, SettingsReader.Read("gso=uneven", "n0").Gso);
        Assert.False(off.Gro);
    }

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("4k", 4096)]
    [InlineData("4K", 4096)]
    [InlineData("16m", 16 << 20)]
    [InlineData("1023M", 1023 << 20)]
    public void A_size_is_a_number_with_k_or_M(string value, int bytes)
    {
        Assert.Equal(bytes, SettingsReader.Read($"sndbuf={value}", "n0").SendBuffer);
        Assert.Equal(bytes, SettingsReader.Read($"rcvbuf={value}", "n0").ReceiveBuffer);
        Assert.Equal(Settings.DefaultBuffer, SettingsReader.Read($"rcvbuf={value}", "n0").SendBuffer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("4095")]
    [InlineData("-1")]
    [InlineData("1024M")]
    [InlineData("99999999999999999999")]
    [InlineData("4 k")]
    [InlineData("1G")]
    [InlineData("0x1000")]
    public void A_size_that_is_none_or_out_of_range_is_refused(string value)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read($"rcvbuf={value}", "n0"));
        Assert.Equal($"QEMU_L2TPV3: 'rcvbuf={value}' must say a size from 4k to 1023M", e.Message);
    }
}
