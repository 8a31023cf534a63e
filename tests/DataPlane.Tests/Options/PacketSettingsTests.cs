// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace DataPlane.Tests.Options;

/// <summary>The settings of the packets that carry the tunnel.</summary>
public sealed class PacketSettingsTests
{
    [Theory]
    [InlineData("", null, false)]
    [InlineData("tos=0x00", 0, false)]
    [InlineData("tos=0xb8", 0xb8, false)]
    [InlineData("tos=255", 255, false)]
    [InlineData("tos=inherit", null, true)]
    [InlineData("tos=inherit,n0.tos=4", 4, false)]
    [InlineData("tos=4,n0.tos=inherit", null, true)]
    public void The_class_is_fixed_or_that_of_the_frame(string text, int? tos, bool inherits)
    {
        SocketSettings settings = SettingsReader.Read(text, "n0").Socket;
        Assert.Equal(tos, settings.Tos);
        Assert.Equal(inherits, settings.InheritsTos);
    }

    [Fact]
    public void Nothing_is_set_unless_told()
    {
        Assert.Equal(new SocketSettings(), SettingsReader.Read(null, "n0").Socket);
        SocketSettings settings = SettingsReader.Read("ttl=7,df=inherit,bind-device=eth0.5,udp-csum=off,fd=7", "n0").Socket;
        Assert.Equal(new SocketSettings { Ttl = 7, DontFragment = DontFragmentSetting.Inherit, Device = "eth0.5", UdpChecksum = false, Descriptor = 7 }, settings);
    }

    [Theory]
    [InlineData("source-check=on", true, false)]
    [InlineData("source-check=roam", false, true)]
    [InlineData("source-check=roam,n0.source-check=on", true, false)]
    [InlineData("source-check=off", false, false)]
    public void Roaming_is_a_way_to_check_the_source(string text, bool check, bool roams)
    {
        Settings settings = SettingsReader.Read(text, "n0");
        Assert.Equal((check, roams), (settings.SourceCheck, settings.Roams));
    }

    [Theory]
    [InlineData("tos=256", "inherit or a number from 0 to 255 (0x00 to 0xff)")]
    [InlineData("tos=b8", "inherit or a number from 0 to 255 (0x00 to 0xff)")]
    [InlineData("ttl=0", "default or a number from 1 to 255")]
    [InlineData("ttl=inherit", "default or a number from 1 to 255")]
    [InlineData("df=yes", "on, off or inherit")]
    [InlineData("bind-device=", "the name of a network interface")]
    [InlineData("bind-device=a/b", "the name of a network interface")]
    [InlineData("bind-device=a234567890123456", "the name of a network interface")]
    [InlineData("udp-csum=none", "on or off")]
    [InlineData("fd=", "the number of an open descriptor, 3 or above")]
    [InlineData("fd=2", "the number of an open descriptor, 3 or above")]
    [InlineData("fd=-1", "the number of an open descriptor, 3 or above")]
    [InlineData("fd=name", "the number of an open descriptor, 3 or above")]
    [InlineData("source-check=roaming", "on, off or roam")]
    public void A_value_that_is_none_is_refused(string text, string must)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.Equal($"QEMU_L2TPV3: '{text}' must say {must}", e.Message);
    }
}
