// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Live;

/// <summary>/l2tpv3/ID of QEMU's object tree, with the commands that its users have: qom-list, qom-get, qom-set.</summary>
public sealed class ObjectTests
{
    private const string Path = "/l2tpv3/n0";

    [Fact]
    public void The_tree_has_a_place_for_each_netdev()
    {
        using QemuTunnel tunnel = new();
        AddSecond(tunnel);
        Assert.Equal<string>(["n0", "n1"], Children(tunnel));
        Assert.Equal<string>(
            ["dst", "gro", "gso", "mssfix", "pcap", "pcap-wire", "rxcookie", "rxcookie2", "statistics", "tos", "ttl", "txcookie"],
            Names(tunnel, Path, type => !type.StartsWith("child<", StringComparison.Ordinal)));
        Assert.Contains("/n0 (container)", tunnel.Qemu.Qmp.Hmp("info qom-tree /l2tpv3"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_goes_with_its_netdev_and_is_free_for_the_next()
    {
        using QemuTunnel tunnel = new();
        for (int i = 0; i < 3; i++)
        {
            AddSecond(tunnel);
            Assert.Equal("gso: on", $"gso: {Get(tunnel, "/l2tpv3/n1", "gso").GetString()}");
            tunnel.Qemu.Qmp.Execute("netdev_del", new { id = "n1" });
            Assert.Equal<string>(["n0"], Children(tunnel));
        }
    }

    /// <summary>From QEMU 10 on the first one lives as long as its NIC does.</summary>
    [Fact]
    public void A_netdev_that_is_made_anew_under_its_NIC_has_the_place()
    {
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = 9 };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            BaseArguments = ["-nodefaults", "-display", "none", "-M", "pc", "-accel", "tcg"],
            Arguments = ["-S", "-netdev", netdev.ToString(), "-device", "virtio-net-pci,netdev=n0,id=nic"],
        });
        qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        qemu.Qmp.Execute("netdev_add", (netdev with { SourcePort = FreePort.Udp(), DestinationPort = 10 }).Options());
        Assert.Equal("127.0.0.1:10", qemu.Qmp.Execute("qom-get", new { path = Path, property = "dst" }).GetString());
        qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        Assert.Throws<QmpException>(() => qemu.Qmp.Execute("qom-get", new { path = Path, property = "dst" }));
        Assert.Equal(0, qemu.Quit());
    }

    [Fact]
    public void The_statistics_are_an_object_that_counts()
    {
        using QemuTunnel tunnel = new();
        for (int i = 0; i < 5; i++)
        {
            tunnel.Guest.Send(TestFrames.Create(60));
            tunnel.Wire.Receive();
        }

        tunnel.SendFrame(TestFrames.Create(70));
        tunnel.Guest.Receive();
        tunnel.SendRaw((tunnel.Netdev.OtherEnd() with { TransmitSessionId = 0x77 }).Datagram(TestFrames.Create(60)));
        tunnel.WaitForInfo(info => info.Drops == 1);

        JsonElement statistics = Get(tunnel, Path, "statistics");
        Assert.Equal((5, 300), (Number(statistics, "transmit", "frames"), Number(statistics, "transmit", "bytes")));
        Assert.Equal((1, 70, 2), (Number(statistics, "receive", "frames"), Number(statistics, "receive", "bytes"), Number(statistics, "receive", "datagrams")));
        Assert.Equal(1, Number(statistics.GetProperty("drops"), "wrong-session", "count"));
        Assert.Equal($"127.0.0.1:{tunnel.Wire.Port}", statistics.GetProperty("peer").GetString());
    }

    [Fact]
    public void Asking_all_the_time_is_no_garbage_collection_of_the_frames()
    {
        using QemuTunnel tunnel = new();
        for (int i = 0; i < 500; i++)
        {
            _ = Get(tunnel, Path, "statistics");
        }

        tunnel.Guest.Send(TestFrames.Create(60));
        string text = tunnel.WaitForInfo(info => info.FramesTransmitted == 1).Line;
        Assert.DoesNotContain("garbage", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_human_monitor_gets_and_sets_too()
    {
        using QemuTunnel tunnel = new();
        Assert.Equal("\"on\"", tunnel.Qemu.Qmp.Hmp($"qom-get {Path} gso").Trim());
        Assert.Empty(tunnel.Qemu.Qmp.Hmp($"qom-set {Path} gso off").Trim());
        Assert.Equal("\"off\"", tunnel.Qemu.Qmp.Hmp($"qom-get {Path} gso").Trim());
        Assert.Contains("must say on, off or uneven", tunnel.Qemu.Qmp.Hmp($"qom-set {Path} gso perhaps"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dst", "nowhere.invalid", "dst=nowhere.invalid does not resolve")]
    [InlineData("gro", "maybe", "'gro=maybe' must say on or off")]
    [InlineData("txcookie", "01020304", "txcookie= cannot be given")]
    [InlineData("pcap", "/nowhere/file", "pcap=/nowhere/file: No such file or directory")]
    public void A_refused_value_is_an_error_and_changes_nothing(string name, string value, string error)
    {
        using QemuTunnel tunnel = new();
        QmpException e = Assert.Throws<QmpException>(() => Set(tunnel, name, value));
        Assert.Contains(error, e.Message, StringComparison.Ordinal);
        tunnel.AssertTransmits(TestFrames.Create(60));
    }

    [Theory]
    [InlineData("txcookie")]
    [InlineData("rxcookie")]
    [InlineData("rxcookie2")]
    public void A_cookie_cannot_be_read(string name)
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { Cookie = CookieSize.Bits64, TransmitCookie = 0xA1B2C3D4E5F60718, ReceiveCookie = 0xA1B2C3D4E5F60718 });
        QmpException e = Assert.Throws<QmpException>(() => Get(tunnel, Path, name));
        Assert.Contains("is not readable", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a1b2c3d4", Get(tunnel, Path, "statistics").GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_live_retarget_moves_the_tunnel_to_another_peer()
    {
        using QemuTunnel tunnel = new();
        using WirePeer other = WirePeer.Udp();
        Set(tunnel, "dst", $"127.0.0.1:{other.Port}");
        tunnel.Guest.Send(TestFrames.Create(60));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60)), other.Receive());
        other.Send(tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(90)), "127.0.0.1", tunnel.Netdev.SourcePort!.Value);
        Assert.Equal(TestFrames.Create(90), tunnel.Guest.Receive());
        Assert.Contains($" -> 127.0.0.1:{other.Port}, session", tunnel.Info().Line, StringComparison.Ordinal);
    }

    private static void AddSecond(QemuTunnel tunnel) =>
        tunnel.Qemu.Qmp.Execute("netdev_add", new L2tpv3Netdev { Id = "n1", SourcePort = FreePort.Udp(), DestinationPort = 9 }.Options());

    private static string[] Children(QemuTunnel tunnel) =>
        Names(tunnel, "/l2tpv3", type => type.StartsWith("child<", StringComparison.Ordinal));

    private static string[] Names(QemuTunnel tunnel, string path, Predicate<string> type) =>
        [.. tunnel.Qemu.Qmp.Execute("qom-list", new { path }).EnumerateArray()
            .Where(property => type(property.GetProperty("type").GetString()!))
            .Select(property => property.GetProperty("name").GetString()!)
            .Where(name => name is not "type")
            .Order(StringComparer.Ordinal)];

    private static JsonElement Get(QemuTunnel tunnel, string path, string property) =>
        tunnel.Qemu.Qmp.Execute("qom-get", new { path, property });

    private static void Set(QemuTunnel tunnel, string property, string value) =>
        tunnel.Qemu.Qmp.Execute("qom-set", new { path = Path, property, value });

    private static int Number(JsonElement parent, string group, string name) => parent.GetProperty(group).GetProperty(name).GetInt32();
}
