// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>
/// All scenarios of the shim under valgrind, which sees what the sanitizers do not: what is read before anybody has written it. The one
/// half with the oldest release, the other with the newest: a run takes half a second.
/// </summary>
public sealed class ValgrindTests
{
    private static string Shim => FakeQemu.WithShimForValgrind(Releases.V7_2);

    private static string WithPlugin => FakeQemu.ForPluginForValgrind(Releases.V11_1);

    public static TheoryData<string> ShimScenarios() => [.. Names(Shim)];

    public static TheoryData<string> PluginScenarios() => [.. Names(WithPlugin)];

    [Theory]
    [MemberData(nameof(ShimScenarios))]
    public void Valgrind_finds_no_error_and_no_leak_in_the_shim(string scenario) => Scenario.HoldsUnderValgrind(Shim, scenario);

    [Theory]
    [MemberData(nameof(PluginScenarios))]
    public void Valgrind_finds_no_error_and_no_leak_in_adoption(string scenario) => Scenario.HoldsUnderValgrind(WithPlugin, scenario);

    /// <summary>Those that need no QEMU of their own.</summary>
    private static IEnumerable<string> Names(string program) =>
        Scenario.List(program).Where(scenario => scenario.Qemu.Length == 0 && scenario.Release < 2).Select(scenario => scenario.Name);
}
