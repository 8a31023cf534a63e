// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>
/// The scenarios of the published plugin: plane-scenarios, where a C program calls its data plane, and preload-scenarios, where it
/// is preloaded into the fake QEMU.
/// </summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Plane => [.. Scenario.List(PlaneDriver.Plain()).Select(scenario => scenario.Name)];

    public static TheoryData<string, int> Preloaded =>
        [.. Scenario.List(FakeQemu.ForPreload(Releases.V10_0)).SelectMany(scenario => scenario.With.Select(release => (scenario.Name, release)))];

    [Theory]
    [MemberData(nameof(Plane))]
    public void The_plane_holds(string scenario)
    {
        bool isPlain = Scenario.Find(PlaneDriver.Plain(), scenario).IsPlain;
        Scenario.HoldsWithPlane(isPlain ? PlaneDriver.Plain() : PlaneDriver.Sanitized(), scenario);
    }

    [Theory]
    [MemberData(nameof(Preloaded))]
    public void The_preloaded_plugin_holds(string scenario, int release) => Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), scenario);
}
