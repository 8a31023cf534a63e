// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Targets;

namespace Fuzz.Tests.Engine;

/// <summary>All targets by their names.</summary>
internal static class FuzzTargets
{
    /// <summary>Two that fail: for the tests of the fuzzer itself.</summary>
    public const string PlantedCrash = "planted-crash";

    public const string PlantedFailure = "planted-failure";

    private static readonly Dictionary<string, Func<FuzzTarget>> s_targets = new(StringComparer.Ordinal)
    {
        ["parsers"] = () => new ParserTarget(),
        ["receive"] = () => new ReceiveTarget(),
        ["transmit"] = () => new TransmitTarget(),
        ["calls"] = () => new CallTarget(),
        ["wire"] = () => new WireTarget(),
        ["vhost-messages"] = () => new VhostMessageTarget(),
        ["vhost-rings"] = () => new VhostRingTarget(),
    };

    private static readonly Dictionary<string, Func<FuzzTarget>> s_planted = new(StringComparer.Ordinal)
    {
        [PlantedCrash] = () => new PlantedTarget(PlantedCrash, endsProcess: true),
        [PlantedFailure] = () => new PlantedTarget(PlantedFailure, endsProcess: false),
    };

    /// <summary>In the order in which they run.</summary>
    public static IReadOnlyList<string> Names => [.. s_targets.Keys];

    /// <summary>Those for AFL++, which ends processes without warning: not the one that has a network namespace to remove.</summary>
    public static IReadOnlyList<string> NamesForAfl => [.. s_targets.Keys.Where(name => !string.Equals(name, "wire", StringComparison.Ordinal))];

    public static FuzzTarget Make(string name) => s_targets.TryGetValue(name, out Func<FuzzTarget>? make) || s_planted.TryGetValue(name, out make)
        ? make()
        : throw new ArgumentException($"no target {name}; there are {string.Join(", ", s_targets.Keys)}", nameof(name));
}
