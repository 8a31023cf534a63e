// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>What a QEMU is started with.</summary>
public sealed record QemuOptions
{
    private const string DefaultBinary = "qemu-system-x86_64";

    /// <summary>The QEMU to run; <c>QEMU</c> in the environment names another.</summary>
    public string Binary { get; init; } = System.Environment.GetEnvironmentVariable("QEMU") ?? DefaultBinary;

    /// <summary>Load the plugin under test.</summary>
    public bool Plugin { get; init; }

    /// <summary>Further objects for LD_PRELOAD, in front of the plugin: they see its libc calls.</summary>
    public IReadOnlyList<string> Preload { get; init; } = [];

    /// <summary>The arguments of the test; -netdev and the like.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The arguments in front of them. No guest, no machine, no display: a netdev needs none of them.</summary>
    public IReadOnlyList<string> BaseArguments { get; init; } = ["-nodefaults", "-display", "none", "-M", "none"];

    /// <summary>Give it a QMP socket; off for a QEMU that is expected to end by itself.</summary>
    public bool Qmp { get; init; } = true;

    /// <summary>What the plugin is told, as QEMU_L2TPV3 has it; null: to be there or else to end QEMU (`require`).</summary>
    public string? Settings { get; init; }

    /// <summary>Additions to the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A program and its arguments that executes QEMU in its own place, for instance setpriv.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>The launcher makes it another user's process: its QMP is open to all.</summary>
    public bool IsOtherUsers { get; init; }

    /// <summary>The namespace to run it in; null is the test's own.</summary>
    public NetworkNamespace? Namespace { get; init; }
}
