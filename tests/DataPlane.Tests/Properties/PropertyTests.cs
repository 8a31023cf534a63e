// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using System.Text.Json;
using L2tpv3.DataPlane.Exports;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Properties;

/// <summary>What the properties are, and what they say of a session.</summary>
public sealed class PropertyTests(Lab lab)
{
    private const uint ReadWrite = PlaneConstants.L2TP_PROPERTY_READ | PlaneConstants.L2TP_PROPERTY_WRITE;

    [Fact]
    public void Cookies_can_be_set_and_not_be_read()
    {
        (string Name, uint Flags)[] listed =
        [
            ("statistics", PlaneConstants.L2TP_PROPERTY_READ | PlaneConstants.L2TP_PROPERTY_JSON),
            ("dst", ReadWrite),
            ("txcookie", PlaneConstants.L2TP_PROPERTY_WRITE),
            ("rxcookie", PlaneConstants.L2TP_PROPERTY_WRITE),
            ("rxcookie2", PlaneConstants.L2TP_PROPERTY_WRITE),
            ("gso", ReadWrite),
            ("gro", ReadWrite),
            ("mssfix", ReadWrite),
            ("tos", ReadWrite),
            ("ttl", ReadWrite),
            ("pcap", ReadWrite),
            ("pcap-wire", ReadWrite),
        ];
        Assert.Equal(listed, Listed());
    }

    [Fact]
    public void A_session_reads_as_it_was_opened()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "gso=uneven,gro=off,mssfix=off,tos=0xb8,ttl=9");
        string[] names = ["dst", "gso", "gro", "mssfix", "tos", "ttl", "pcap", "pcap-wire"];
        string?[] expected = [tunnel.Peer.LocalEndPoint.ToString(), "uneven", "off", "off", "0xb8", "9", "off", "off"];
        Assert.Equal<IEnumerable<string?>>(expected, names.Select(name => tunnel.Session.Get(name)));

        using Tunnel usual = Tunnels.Open(lab, "raw6", "tos=inherit");
        expected = [usual.Subnet.Peer, "off", "off", "on", "inherit", "default", "off", "off"];
        Assert.Equal<IEnumerable<string?>>(expected, names.Select(name => usual.Session.Get(name)));
    }

    [Theory]
    [InlineData("txcookie")]
    [InlineData("rxcookie")]
    [InlineData("rxcookie2")]
    [InlineData("")]
    [InlineData("src")]
    [InlineData("Statistics")]
    public void What_nobody_may_read_is_not_there(string name)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Null(tunnel.Session.Get(name));
    }

    [Theory]
    [InlineData("statistics")]
    [InlineData("src")]
    [InlineData("")]
    public void What_nobody_may_set_is_refused(string name)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Equal($"{name} is nothing that can be set", tunnel.Session.Set(name, "1"));
    }

    [Fact]
    public void A_value_that_does_not_fit_is_cut_and_its_length_told()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Equal(tunnel.Session.Get("dst")![..5], tunnel.Session.Get("dst", room: 6));
    }

    [Fact]
    public void The_statistics_are_those_of_this_moment()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "ttl=9,rxcookie2=a1a2a3a4a5a6a7a8", netdev => netdev with { Cookie = CookieSize.Bits64 });
        tunnel.Session.Send(TestFrames.Create(60));
        tunnel.SendFromPeer(TestFrames.Create(70));
        tunnel.SendFromPeer(tunnel.Peer, (tunnel.Netdev.OtherEnd() with { TransmitSessionId = 9 }).Datagram(TestFrames.Create(70)));
        tunnel.Session.ReadUntil(1);
        tunnel.Session.ReadUntilDropped(1);

        string text = tunnel.Session.Get("statistics")!;
        JsonElement statistics = JsonDocument.Parse(text).RootElement;
        Assert.Equal("n0", statistics.GetProperty("id").GetString());
        Assert.Equal(1, statistics.GetProperty("transmit").GetProperty("frames").GetInt32());
        Assert.Equal(1, statistics.GetProperty("transmit").GetProperty("datagrams").GetInt32());
        Assert.Equal(1, statistics.GetProperty("receive").GetProperty("frames").GetInt32());
        Assert.Equal(2, statistics.GetProperty("receive").GetProperty("datagrams").GetInt32());
        Assert.Equal(1, statistics.GetProperty("drops").GetProperty("wrong-session").GetProperty("count").GetInt32());
        Assert.Equal("ttl=9", statistics.GetProperty("settings").GetString());
        Assert.DoesNotContain("a1a2", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_settings_in_the_statistics_are_the_present_ones()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "ttl=9,gro=on");
        Assert.Empty(tunnel.Session.Set("ttl", "10"));
        Assert.Empty(tunnel.Session.Set("mssfix", "off"));
        Assert.Empty(tunnel.Session.Set("txcookie", "0102030405060708"));
        Assert.Empty(tunnel.Session.Set("rxcookie2", "0102030405060708"));
        JsonElement statistics = JsonDocument.Parse(tunnel.Session.Get("statistics")!).RootElement;
        Assert.Equal("gro=on,ttl=10,mssfix=off", statistics.GetProperty("settings").GetString());
        Assert.True(statistics.GetProperty("second-rxcookie").GetBoolean());
    }

    [Theory]
    [InlineData("n0.gso=off,gro=on", "gro=on,gso=on")]
    [InlineData("gso=uneven,n0.gso=off,n1.gso=off", "gso=on")]
    public void A_setting_that_is_changed_replaces_what_was_said_of_it_for_this_netdev_and_for_all(string settings, string expected)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings);
        Assert.Empty(tunnel.Session.Set("gso", "on"));
        JsonElement statistics = JsonDocument.Parse(tunnel.Session.Get("statistics")!).RootElement;
        Assert.Equal(expected, statistics.GetProperty("settings").GetString());
    }

    [Fact]
    public void A_file_with_a_comma_in_its_name_is_one_setting()
    {
        using TemporaryDirectory directory = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "gro=on");
        Assert.Empty(tunnel.Session.Set("pcap", directory.File("a,gro=off")));
        Assert.Empty(tunnel.Session.Set("pcap", "off"));
        JsonElement statistics = JsonDocument.Parse(tunnel.Session.Get("statistics")!).RootElement;
        Assert.Equal("gro=on,pcap=off", statistics.GetProperty("settings").GetString());
    }

    private static unsafe List<(string Name, uint Flags)> Listed()
    {
        delegate* unmanaged[Cdecl]<uint, l2tp_property*, int> function = &PropertyExports.GetProperty;
        List<(string, uint)> listed = [];
        l2tp_property property;
        for (uint i = 0; function(i, &property) == 0; i++)
        {
            Assert.NotEqual(0, property.description[0]);
            listed.Add((Marshal.PtrToStringUTF8((nint)property.name)!, property.flags));
        }

        Assert.Equal(-LinuxConstants.EINVAL, function(0, null));
        return listed;
    }
}
