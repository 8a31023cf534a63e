// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Properties;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Options;

/// <summary>What the table says of a setting is so.</summary>
public sealed class SettingTableTests
{
    public static TheoryData<string> Names => [.. SettingTable.All.Select(setting => setting.Name)];

    public static TheoryData<string> WordDefaults =>
        [.. SettingTable.All.Where(setting => setting.Forms.Any(form => form.IsWord && string.Equals(form.Syntax, setting.Default, StringComparison.Ordinal))).Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_word_is_taken_and_any_other_text_gets_the_values_of_its_setting(string name)
    {
        Setting setting = SettingTable.Find(name)!;
        foreach (SettingForm form in setting.Forms.Where(form => form.IsWord))
        {
            Assert.NotNull(SettingsReader.Read($"{name}={form.Syntax}", "n0"));
        }

        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read($"{name}=", "n0"));
        Assert.EndsWith($" must say {setting.Values}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the settings are", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Three say more than nothing: l2spec=none forbids seq=, udp-csum=on is for UDP, and rxcookie2=none takes back an earlier one.</summary>
    [Theory]
    [MemberData(nameof(WordDefaults))]
    public void A_default_that_is_a_word_is_what_holds_when_nothing_is_said(string name)
    {
        Setting setting = SettingTable.Find(name)!;
        Settings expected = name switch
        {
            "l2spec" => new Settings { Header = new HeaderSettings { HasSublayer = false } },
            "udp-csum" => new Settings { Socket = new SocketSettings { UdpChecksum = true } },
            "rxcookie2" => new Settings { Header = new HeaderSettings { SecondReceiveCookie = default(Cookie) } },
            _ => new Settings(),
        };
        Assert.Equal(expected, setting.Apply(new Settings(), setting.Default, name));
    }

    [Theory]
    [InlineData("l2spec=default")]
    [InlineData("seq=recv")]
    [InlineData("txcookie=00000001")]
    [InlineData("rxcookie=00000001")]
    public void A_setting_that_excludes_options_says_so_when_they_are_there(string text)
    {
        Setting setting = SettingTable.Find(text.Split('=')[0])!;
        Assert.NotEmpty(setting.Excludes);
        Assert.All(setting.Excludes, option =>
        {
            NetdevOptions options = new() { Source = "127.0.0.1", Destination = "127.0.0.1", TransmitSessionId = 1 };
            options = option switch
            {
                "counter" => options with { Counter = true },
                "pincounter" => options with { PinCounter = true },
                _ => options with { TransmitCookie = 1, ReceiveCookie = 1 },
            };
            SessionParameters parameters = options.ToSessionParameters();
            OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0").Header.ApplyTo(parameters));
            Assert.Contains(setting.Name, e.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void No_other_setting_excludes_options() =>
        Assert.Equal<IEnumerable<string>>(["l2spec", "seq", "txcookie", "rxcookie"], SettingTable.All.Where(setting => setting.Excludes.Count != 0).Select(setting => setting.Name));

    [Fact]
    public void What_may_change_later_is_a_property_that_may_be_read_or_not_as_the_table_says()
    {
        IEnumerable<(string, bool)> settings = SettingTable.All.Where(setting => setting.Access != SettingAccess.None).Select(setting => (setting.Name, setting.IsSecret));
        IEnumerable<(string, bool)> properties = PropertyTable.All.Where(property => property.Setting is not null).Select(property => (property.Name, property.Get is null));
        Assert.Equal(settings.Order(), properties.Order());
    }

    [Fact]
    public void The_error_about_an_unknown_key_has_all_names()
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read("nonsense=1", "n0"));
        Assert.All(SettingTable.All, setting => Assert.Matches($" {setting.Name}(,|$| and )", e.Message));
    }
}
