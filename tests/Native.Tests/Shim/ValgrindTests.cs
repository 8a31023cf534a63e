// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Linq;
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>
/// All scenarios of the shim under valgrind, which sees what the sanitizers do not: what is read before anybody has written it. The one
/// half with the oldest release, the other with the newest: a run takes half a second.
/// </summary>
public sealed class ValgrindTests
{
    /// <summary>These need a setting or a QEMU of their own; LoadTests and ObjectTests have them.</summary>
    private static readonly string[] s_special = ["the_netdev_is_ours", "the_netdev_is_qemus_own", "a_qemu_without_objects_has_netdevs"];

    private static string Shim => FakeQemu.WithShimForValgrind(Releases.V7_2);

    private static string WithPlugin => FakeQemu.ForPluginForValgrind(Releases.V11_1);

    public static TheoryData<string> ShimScenarios() => [.. Scenario.List(Shim).Except(s_special, StringComparer.Ordinal)];

    public static TheoryData<string> PluginScenarios() => [.. Scenario.List(WithPlugin)];

    [Theory]
    [MemberData(nameof(ShimScenarios))]
    public void Valgrind_finds_no_error_and_no_leak_in_the_shim(string scenario) => Scenario.HoldsUnderValgrind(Shim, scenario);

    [Theory]
    [MemberData(nameof(PluginScenarios))]
    public void Valgrind_finds_no_error_and_no_leak_in_adoption(string scenario) => Scenario.HoldsUnderValgrind(WithPlugin, scenario);
}
