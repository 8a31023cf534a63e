// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Observation;

/// <summary>l2tpv3-stat sees what a QEMU's netdevs do, for as long as they are.</summary>
[SupportedOSPlatform("linux")]
public sealed class StatisticsTests : IDisposable
{
    private const ulong Cookie = 0xA1B2_C3D4_E5F6_0718;
    private readonly StatProgram _stat = new();

    public void Dispose() => _stat.Dispose();

    [Fact]
    public void The_counters_are_the_frames_that_went_and_came()
    {
        using QemuTunnel tunnel = new(options: _stat.Options);
        const int transmitted = 30;
        const int received = 20;
        for (int i = 0; i < transmitted; i++)
        {
            tunnel.Guest.Send(TestFrames.Create(60));
            tunnel.Wire.Receive();
        }

        for (int i = 0; i < received; i++)
        {
            tunnel.SendFrame(TestFrames.Create(61));
            tunnel.Guest.Receive();
        }

        tunnel.SendRaw((tunnel.Netdev.OtherEnd() with { TransmitSessionId = 0x77 }).Datagram(TestFrames.Create(60)));
        tunnel.WaitForInfo(info => info.Drops == 1);

        JsonElement netdev = Assert.Single(_stat.Netdevs());
        Assert.Equal(("n0", tunnel.Qemu.Id), (netdev.GetProperty("id").GetString(), netdev.GetProperty("pid").GetInt32()));
        JsonElement transmit = netdev.GetProperty("transmit");
        JsonElement receive = netdev.GetProperty("receive");
        Assert.Equal((transmitted, transmitted * 60), (Number(transmit, "frames"), Number(transmit, "bytes")));
        Assert.Equal((received, received * 61, received + 1), (Number(receive, "frames"), Number(receive, "bytes"), Number(receive, "datagrams")));
        Assert.Equal((1, 0x77), (Number(netdev.GetProperty("drops").GetProperty("wrong-session"), "count"), Number(netdev.GetProperty("drops").GetProperty("wrong-session"), "last")));
    }

    [Fact]
    public void The_peer_with_another_session_is_explained_in_words()
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { ReceiveSessionId = 0x22 }, _stat.Options);
        for (int i = 0; i < 3; i++)
        {
            tunnel.SendRaw((tunnel.Netdev.OtherEnd() with { TransmitSessionId = 0x11 }).Datagram(TestFrames.Create(60)));
        }

        tunnel.WaitForInfo(info => info.Drops == 3);
        ProcessResult result = _stat.Run("explain", "n0", "--interval", "0");
        Assert.Equal(0, result.ExitStatus);
        Assert.Contains("3 datagrams with session 0x11: the peer sends session 0x11, this netdev expects 0x22.", result.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    public void An_interval_that_is_none_is_refused_in_one_line(string interval)
    {
        ProcessResult result = _stat.Run("--once", "--interval", interval);
        Assert.Equal(1, result.ExitStatus);
        Assert.Equal($"--interval: '{interval}' is not a number of seconds from 0 to 3600", result.StandardError.Trim());
    }

    [Fact]
    public void A_netdev_that_is_not_there_is_told_from_those_that_are()
    {
        using QemuTunnel tunnel = new(options: _stat.Options);
        ProcessResult result = _stat.Run("explain", "nope", "--interval", "0");
        Assert.Equal(1, result.ExitStatus);
        Assert.Equal("l2tpv3-stat: no netdev has the ID nope; there are n0", result.StandardError.Trim());
    }

    [Fact]
    public void The_table_and_the_metrics_show_the_netdev()
    {
        using QemuTunnel tunnel = new(options: _stat.Options);
        string table = _stat.Run("--once", "--interval", "0.1").StandardOutput;
        Assert.Contains($"udp 127.0.0.1:{tunnel.Netdev.SourcePort} -> 127.0.0.1:{tunnel.Wire.Port}", table, StringComparison.Ordinal);
        Assert.Contains("nothing received", table, StringComparison.Ordinal);
        Assert.Contains($"l2tpv3_frames_total{{netdev=\"n0\",pid=\"{tunnel.Qemu.Id}\",number=\"1\",direction=\"receive\"}} 0\n", _stat.Run("--openmetrics").StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_is_private_and_gone_when_its_netdev_or_its_QEMU_is()
    {
        using QemuTunnel tunnel = new(options: _stat.Options);
        L2tpv3Netdev second = new() { Id = "n1", SourcePort = FreePort.Udp(), DestinationPort = 9 };
        tunnel.Qemu.Qmp.Execute("netdev_add", second.Options());
        Assert.Equal(2, Directory.GetFiles(_stat.Pages).Length);
        foreach (string file in Directory.GetFiles(_stat.Pages))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_stat.Pages));
        tunnel.Qemu.Qmp.Execute("netdev_del", new { id = "n1" });
        Assert.Single(Directory.GetFiles(_stat.Pages));
        Assert.Equal(0, tunnel.Qemu.Quit());
        Assert.Empty(Directory.GetFiles(_stat.Pages));
    }

    [Fact]
    public void What_a_killed_QEMU_leaves_is_ignored_and_removed_by_the_next_one()
    {
        using (QemuTunnel killed = new(options: _stat.Options))
        {
            killed.Qemu.Signal("KILL");
            killed.Qemu.WaitForExit();
        }

        Assert.Single(Directory.GetFiles(_stat.Pages));
        Assert.Empty(_stat.Netdevs());
        ProcessResult none = _stat.Run("--once");
        Assert.Equal(1, none.ExitStatus);
        Assert.Contains("no l2tpv3 netdev runs", none.StandardError, StringComparison.Ordinal);

        using QemuTunnel next = new(options: _stat.Options);
        Assert.Single(Directory.GetFiles(_stat.Pages));
        Assert.Single(_stat.Netdevs());
    }

    [Fact]
    public void No_cookie_is_in_the_page()
    {
        L2tpv3Netdev netdev = new() { Cookie = CookieSize.Bits64, TransmitCookie = Cookie, ReceiveCookie = ~Cookie };
        using QemuTunnel tunnel = new(netdev, _stat.Options);
        tunnel.Guest.Send(TestFrames.Create(60));
        tunnel.Wire.Receive();
        tunnel.SendFrame(TestFrames.Create(60));
        tunnel.Guest.Receive();

        byte[] page = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_stat.Pages)));
        Assert.True(page.AsSpan().IndexOf("n0\0"u8) >= 0);
        foreach (ulong cookie in (ulong[])[Cookie, ~Cookie])
        {
            byte[] bytes = BitConverter.GetBytes(cookie);
            Assert.Equal(-1, page.AsSpan().IndexOf(bytes.AsSpan(0, 4)));
            Array.Reverse(bytes);
            Assert.Equal(-1, page.AsSpan().IndexOf(bytes.AsSpan(0, 4)));
            Assert.DoesNotContain(cookie.ToString(System.Globalization.CultureInfo.InvariantCulture), Encoding.Latin1.GetString(page), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_place_for_the_page_the_netdev_works_and_says_so_once()
    {
        File.CreateSymbolicLink(_stat.Pages, "/nonexistent");
        using QemuTunnel tunnel = new(options: _stat.Options);
        tunnel.Qemu.Qmp.Execute("netdev_add", new L2tpv3Netdev { Id = "n1", SourcePort = FreePort.Udp(), DestinationPort = 9 }.Options());
        tunnel.Guest.Send(TestFrames.Create(60));
        tunnel.Wire.Receive();
        Assert.Single(tunnel.Qemu.WaitForLog("l2tpv3-stat cannot see"));
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
