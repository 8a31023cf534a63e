// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>
/// The scenarios of the shim, between a fake QEMU and a fake plane: shim-scenarios, where it is loaded as LD_PRELOAD does, and
/// plugin-scenarios, where it is opened as -plugin does.
/// </summary>
public sealed class ScenarioTests
{
    public static TheoryData<string, int> Shim => Rows(FakeQemu.WithShim(Releases.V10_0));

    public static TheoryData<string, int> WithPlugin => Rows(FakeQemu.ForPlugin(Releases.V10_0));

    [Theory]
    [MemberData(nameof(Shim))]
    public void The_shim_holds(string scenario, int release)
    {
        string variant = Scenario.Find(FakeQemu.WithShim(Releases.V10_0), scenario).Qemu;
        Scenario.Holds(FakeQemu.WithShim(release, variant), scenario);
    }

    [Theory]
    [MemberData(nameof(WithPlugin))]
    public void The_shim_as_a_plugin_holds(string scenario, int release) => Scenario.Holds(FakeQemu.ForPlugin(release), scenario);

    /// <summary>Each scenario with each release of QEMU that it is meant for.</summary>
    private static TheoryData<string, int> Rows(string program) =>
        [.. Scenario.List(program).SelectMany(scenario => scenario.With.Select(release => (scenario.Name, release)))];
}
