// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Loading;

/// <summary>The arguments of -plugin are the settings; the environment is not asked.</summary>
public sealed class SettingTests
{
    private const string StockLine = "l2tpv3: connected";

    [Fact]
    public void A_setting_of_one_netdev_is_not_the_others()
    {
        using NetworkNamespace network = new();
        L2tpv3Netdev[] netdevs = [Netdev("n0", 1701), Netdev("n1", 1711)];
        using FrameSocket careful = new();
        using FrameSocket open = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Namespace = network,
            Arguments =
            [
                .. netdevs.SelectMany(netdev => new[] { "-netdev", netdev.ToString() }),
                .. careful.Arguments("n0", hub: 0),
                .. open.Arguments("n1", hub: 1),
                .. PluginOption.Arguments("require=on,n1.source-check=off"),
            ],
        });
        using WirePeer stranger = network.Run(() => WirePeer.Udp("127.0.0.2"));
        byte[] frame = TestFrames.Create(60);

        foreach (L2tpv3Netdev netdev in netdevs)
        {
            stranger.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort!.Value);
        }

        Assert.Equal(frame, open.Receive());
        Assert.Null(careful.TryReceive(Timeouts.Silence));
    }

    [Theory]
    [InlineData("nonsense=1", "'nonsense=...' is not a setting")]
    [InlineData("require=maybe", "'require=maybe' must say on or off")]
    [InlineData("n7.gso=maybe", "'n7.gso=maybe' must say on, off or uneven")]
    [InlineData("sndbuf=4G", "'sndbuf=4G' must say a size")]
    public void A_wrong_setting_ends_QEMU_with_status_1_even_without_a_netdev(string setting, string words)
    {
        ProcessResult result = QemuProcess.RunToExit(With(setting));

        Assert.Equal(1, result.ExitStatus);
        string line = Assert.Single(result.StandardError.Split('\n'), line => line.StartsWith("qemu-l2tpv3: ", StringComparison.Ordinal));
        Assert.StartsWith($"qemu-l2tpv3: error: -plugin: {words}", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off=on")]
    [InlineData("off=on,require=on")]
    public void Off_leaves_the_stock_backend_in_place(string settings)
    {
        using QemuTunnel tunnel = new(options: With(settings));

        Assert.EndsWith(StockLine, tunnel.Info().Line, StringComparison.Ordinal);
        tunnel.Qemu.Qmp.Execute("netdev_add", Netdev("n1", FreePort.Udp()).Options());
        Assert.EndsWith(StockLine, tunnel.Qemu.Netdev("n1").Line, StringComparison.Ordinal);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("off=off,require=off")]
    public void Words_that_say_off_are_nothing(string settings)
    {
        using QemuTunnel tunnel = new(options: With(settings));
        Assert.True(tunnel.Info().IsPlugin);
    }

    [Fact]
    public void The_environment_is_not_asked_and_one_warning_says_so()
    {
        using QemuTunnel tunnel = new(options: With(string.Empty) with { Environment = Variable("off,nonsense") });
        Assert.True(tunnel.Info().IsPlugin);
        string line = Assert.Single(tunnel.Qemu.WaitForLog("qemu-l2tpv3: "));
        Assert.StartsWith("qemu-l2tpv3: warning: QEMU_L2TPV3 is ignored", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Preloaded_as_well_the_option_does_nothing_and_says_nothing()
    {
        using QemuTunnel tunnel = new(options: With(string.Empty) with { Preload = [Plugin.Path], Environment = Variable("require") });

        Assert.True(tunnel.Info().IsPlugin);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    [Fact]
    public void Preloaded_as_well_its_arguments_are_ignored_with_one_warning()
    {
        using QemuTunnel tunnel = new(options: With("source-check=off") with { Preload = [Plugin.Path], Environment = Variable("require") });

        Assert.True(tunnel.Info().IsPlugin);
        string line = Assert.Single(tunnel.Qemu.WaitForLog("qemu-l2tpv3: "));
        Assert.StartsWith("qemu-l2tpv3: warning: LD_PRELOAD or an earlier -plugin has already loaded qemu-l2tpv3", line, StringComparison.Ordinal);
    }

    /// <summary>QEMU joins the arguments of one path; the same file under two paths it loads twice.</summary>
    [Fact]
    public void The_option_twice_does_nothing_the_second_time()
    {
        using TemporaryDirectory directory = new();
        string link = directory.File("again.so");
        System.IO.File.CreateSymbolicLink(link, Plugin.Path);
        using QemuTunnel tunnel = new(options: new QemuOptions { Arguments = [.. PluginOption.Arguments(), .. PluginOption.Arguments(string.Empty, link)] });

        Assert.True(tunnel.Info().IsPlugin);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    [Fact]
    public void A_copy_of_a_preloaded_file_does_nothing()
    {
        using TemporaryDirectory directory = new();
        string copy = directory.File("copy.so");
        System.IO.File.Copy(Plugin.Path, copy);
        using QemuTunnel tunnel = new(options: new QemuOptions
        {
            Preload = [Plugin.Path],
            Environment = Variable("require"),
            Arguments = [.. PluginOption.Arguments(string.Empty, copy)],
        });

        Assert.True(tunnel.Info().IsPlugin);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    private static QemuOptions With(string settings) => new() { Arguments = PluginOption.Arguments(settings) };

    private static L2tpv3Netdev Netdev(string id, int port) => new() { Id = id, SourcePort = port, DestinationPort = 9 };

    private static Dictionary<string, string> Variable(string value) =>
        new(StringComparer.Ordinal) { [QemuProcess.PluginMode] = value };
}
