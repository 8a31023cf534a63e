// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>The command qemu-l2tpv3.</summary>
public sealed class LauncherTests(Installation installation) : IClassFixture<Installation>
{
    [Fact]
    public void A_QEMU_that_it_starts_has_the_plugin()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Launcher = [installation.Launcher],
            Arguments = ["-netdev", netdev.ToString()],
        });

        Assert.True(qemu.Netdev("n0").IsPlugin);
    }

    [Fact]
    public void A_script_that_starts_a_QEMU_in_the_end_has_the_plugin_too()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Launcher = [installation.Launcher, "--", "sh", "-c", """cd / && exec "$0" "$@" """],
            Arguments = ["-netdev", netdev.ToString()],
        });

        Assert.True(qemu.Netdev("n0").IsPlugin);
    }

    [Fact]
    public void What_LD_PRELOAD_holds_stays_in_front()
    {
        Assert.Equal(installation.Library, Variable("LD_PRELOAD"));
        Assert.Equal(installation.Library, Variable("LD_PRELOAD", [], new(StringComparer.Ordinal) { ["LD_PRELOAD"] = string.Empty }));
        Assert.Equal($"libc.so.6:{installation.Library}", Variable("LD_PRELOAD", [], new(StringComparer.Ordinal) { ["LD_PRELOAD"] = "libc.so.6" }));
    }

    [Fact]
    public void The_plugin_is_required_unless_the_settings_say_something_else()
    {
        Assert.Equal("require", Variable("QEMU_L2TPV3"));
        Assert.Equal("gso=off", Variable("QEMU_L2TPV3", [], new(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = "gso=off" }));
        Assert.Equal(string.Empty, Variable("QEMU_L2TPV3", [], new(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = string.Empty }));
    }

    [Theory]
    [InlineData("-s", "gro=off")]
    [InlineData("--settings", "gro=off")]
    [InlineData("--settings=gro=off")]
    public void Its_option_wins_over_the_variable(params string[] option) =>
        Assert.Equal("gro=off", Variable("QEMU_L2TPV3", option, new(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = "gso=off" }));

    [Fact]
    public void The_command_gets_its_arguments_as_they_are()
    {
        string[] arguments = ["", "two words", "*", "-s", "--", "$HOME", "line\nbreak"];

        string output = ProcessRunner.Check(installation.Launcher, ["--", "printf", "[%s]", .. arguments]);

        Assert.Equal(string.Concat(Array.ConvertAll(arguments, argument => $"[{argument}]")), output);
    }

    [Fact]
    public void Its_exit_status_is_that_of_the_command()
    {
        Assert.Equal(37, Run("sh", "-c", "exit 37").ExitStatus);
        Assert.Equal(127, Run("no-such-command-anywhere").ExitStatus);
        Assert.Equal(126, Run("/").ExitStatus);
    }

    [Theory]
    [InlineData("which command")]
    [InlineData("unknown option --nonsense", "--nonsense", "true")]
    [InlineData("-s needs a value", "-s")]
    [InlineData("which command", "-s", "require")]
    public void Wrong_use_is_status_2_and_one_line(string message, params string[] arguments)
    {
        ProcessResult result = Run(arguments);

        Assert.Equal(2, result.ExitStatus);
        Assert.Contains(message, Assert.Single(result.StandardError.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>The loader only warns, and QEMU would use its own backend.</summary>
    [Fact]
    public void Without_the_library_nothing_is_run()
    {
        using Installation broken = new();
        File.Delete(broken.Library);

        ProcessResult result = ProcessRunner.Run(broken.Launcher, ["echo", "it ran"]);

        Assert.Equal(1, result.ExitStatus);
        Assert.Empty(result.StandardOutput);
        Assert.Contains(broken.Library, result.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_its_version_and_its_use()
    {
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"qemu-l2tpv3 {Repository.Version}\n"), Run("--version").StandardOutput);
        Assert.StartsWith("usage: qemu-l2tpv3 ", Run("--help").StandardOutput, StringComparison.Ordinal);
    }

    private ProcessResult Run(params string[] arguments) => ProcessRunner.Run(installation.Launcher, arguments);

    /// <summary>The value of a variable in the command.</summary>
    private string Variable(string name, string[]? options = null, Dictionary<string, string>? environment = null)
    {
        // env -i would be simpler, but the test's own environment has neither variable.
        ProcessResult result = ProcessRunner.Run(installation.Launcher, [.. options ?? [], "sh", "-c", $"printf %s \"${{{name}}}\""], environment);
        Assert.Equal(0, result.ExitStatus);
        return result.StandardOutput;
    }
}
