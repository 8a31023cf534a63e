// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Observation;

namespace EndToEnd.LifeCycle;

/// <summary>Unusual places that a process may be in, and what the .NET runtime reads there when it starts.</summary>
public sealed class PlaceTests
{
    private static readonly string[] s_noProc = ["unshare", "--mount", "--", "sh", "-c", """umount -l /proc && exec "$0" "$@" """];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cgroup_whose_mount_has_the_group_itself_as_its_root(bool plugin)
    {
        using BoundCgroup cgroup = new();
        AssertCarriesFrames(Loaded(plugin) with { Launcher = cgroup.Launcher });
    }

    [Fact]
    public void Such_a_cgroup_for_the_statistics_program()
    {
        using BoundCgroup cgroup = new();
        using StatProgram stat = new();

        Assert.Equal(stat.Run("--json"), stat.RunBy(cgroup.Launcher, new Dictionary<string, string>(StringComparer.Ordinal), "--json"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_proc(bool plugin) => AssertCarriesFrames(Loaded(plugin) with { Launcher = s_noProc });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memory_that_is_never_made_executable(bool plugin)
    {
        using TemporaryDirectory directory = new();
        string launcher = CCompiler.Program(
            directory,
            File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "tests", "EndToEnd", "LifeCycle", "Faults", "refuse_exec_gain.c")));

        AssertCarriesFrames(Loaded(plugin, "-accel", "tcg,split-wx=on") with { Launcher = [launcher] });
    }

    [Theory]
    [MemberData(nameof(StartTests.Variables), MemberType = typeof(StartTests))]
    public void Variables_of_another_NET_program_for_the_statistics_program(string variable)
    {
        string[] pair = variable.Split('=');
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { [$"DOTNET_{pair[0]}"] = pair[1] };
        using StatProgram stat = new();

        Assert.Equal(stat.Run("--json"), stat.RunBy([], environment, "--json"));
    }

    private static QemuOptions Loaded(bool plugin, params IEnumerable<string> arguments) => plugin
        ? new QemuOptions { Arguments = [.. arguments, .. PluginOption.Arguments()] }
        : new QemuOptions { Preload = [Plugin.Path], Arguments = [.. arguments] };

    private static void AssertCarriesFrames(QemuOptions options)
    {
        using QemuTunnel tunnel = new(options: options);
        byte[] frame = TestFrames.Create(1514);

        tunnel.AssertTransmits(frame);
        tunnel.AssertDelivers(frame);
        Assert.True(tunnel.Info().IsPlugin);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }
}
