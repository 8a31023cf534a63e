// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Native.Tests.Toolchain;

/// <summary>Scenarios and tests belong together by name only, so a test looks after it.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Every_scenario_has_its_test()
    {
        IEnumerable<string> tests = typeof(CoverageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Select(method => Scenario.NameOf(method.Name));

        // These two have a class of their own, LoadTests.
        string[] loading = ["the_netdev_is_ours", "the_netdev_is_qemus_own"];
        IEnumerable<string> scenarios =
        [
            .. Scenario.List(FakeQemu.WithShim(Releases.V10_0)),
            .. Scenario.List(FakeQemu.ForPlugin(Releases.V10_0)),
            .. Scenario.List(FakeQemu.ForPreload(Releases.V10_0)),
            .. Scenario.List(PlaneDriver.Plain()),
        ];
        Assert.Empty(scenarios.Except(tests, StringComparer.Ordinal).Except(loading, StringComparer.Ordinal));
    }
}
