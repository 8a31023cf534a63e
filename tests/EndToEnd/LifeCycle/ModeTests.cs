// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>QEMU_L2TPV3: off, require, or neither.</summary>
public sealed class ModeTests
{
    [Fact]
    public void Off_leaves_the_stock_backend_in_place()
    {
        using QemuTunnel tunnel = new(options: Mode("off"));

        Assert.EndsWith(StockBackend.InfoLine, tunnel.Info().Line, StringComparison.Ordinal);

        // Not only its words: it cuts large frames.
        tunnel.SendFrame(TestFrames.Create(30_000));
        Assert.Equal(StockBackend.Buffer, tunnel.Guest.Receive().Length);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("require")]
    public void The_plugin_takes_over_this_QEMU(string mode)
    {
        using QemuTunnel tunnel = new(options: Mode(mode));

        Assert.True(tunnel.Info().IsPlugin);
        Assert.DoesNotContain("qemu-l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_QEMU_without_the_expected_functions_keeps_its_backend_after_one_warning()
    {
        using TemporaryDirectory directory = new();
        ProcessResult result = RunUnknownQemu(directory, mode: string.Empty);

        Assert.Equal(0, result.ExitStatus);
        Assert.Equal("main runs\n", result.StandardOutput);
        string warning = Assert.Single(result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in place", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_makes_that_fatal()
    {
        using TemporaryDirectory directory = new();
        ProcessResult result = RunUnknownQemu(directory, mode: "require");

        Assert.Equal(1, result.ExitStatus);
        Assert.Empty(result.StandardOutput);
        Assert.Contains("without the setting require", Assert.Single(result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Off_is_silent_in_a_QEMU_without_the_expected_functions()
    {
        using TemporaryDirectory directory = new();
        ProcessResult result = RunUnknownQemu(directory, mode: "off");

        Assert.Equal(new ProcessResult(0, "main runs\n", string.Empty), result);
    }

    private static QemuOptions Mode(string mode) => new()
    {
        Plugin = true,
        Settings = mode,
    };

    /// <summary>A program that has the backend's init function, like QEMU, and nothing else of it.</summary>
    private static ProcessResult RunUnknownQemu(TemporaryDirectory directory, string mode)
    {
        string program = CCompiler.Program(directory, """
            #include <stdio.h>
            int net_init_l2tpv3(void) { return -1; }
            int main(void) { puts("main runs"); return 0; }
            """);
        return ProcessRunner.Run(program, [], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = Plugin.Path,
            [QemuProcess.PluginMode] = mode,
        });
    }
}
