// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>QEMU's own way to load the plugin: <c>-plugin qemu-l2tpv3.so,key=value</c>.</summary>
public static class PluginOption
{
    /// <summary>Set to <c>plugin</c>, all tests that load the plugin do it this way instead of by LD_PRELOAD.</summary>
    public const string LoadingVariable = "QEMU_L2TPV3_LOADING";

    /// <summary>What <see cref="QemuOptions.Plugin"/> means.</summary>
    public static bool IsDefault { get; } =
        string.Equals(Environment.GetEnvironmentVariable(LoadingVariable), "plugin", StringComparison.Ordinal);

    /// <summary>The option with its arguments. `require=on` unless they are others: a plugin that steps back would pass many a test.</summary>
    public static IReadOnlyList<string> Arguments(string arguments = "require=on", string? path = null) =>
        ["-plugin", string.Join(',', new[] { path ?? Plugin.Path, arguments }.Where(part => part.Length > 0))];

    /// <summary>The same for a value of QEMU_L2TPV3, which has words without a value.</summary>
    public static IReadOnlyList<string> FromVariable(string settings) =>
        Arguments(string.Join(',', settings.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(item => item.Contains('=', StringComparison.Ordinal) ? item : $"{item}=on")));
}
