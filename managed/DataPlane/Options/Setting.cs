// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>An entry of <see cref="SettingTable"/>: all that anybody has to know of one setting.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Help">What it is or does, in one line.</param>
/// <param name="Default">What holds when nobody says anything, in words.</param>
/// <param name="Forms">The values that it takes.</param>
/// <param name="Read">
/// Puts a value on the settings; null: the value is none. Where all forms are words, the value is one of them.
/// </param>
internal sealed record Setting(
    string Name,
    string Help,
    string Default,
    IReadOnlyList<SettingForm> Forms,
    Func<Settings, string, Settings?> Read)
{
    /// <summary>Options of the netdev that cannot be there, too.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>What QMP may do with it while the netdev runs.</summary>
    public SettingAccess Access { get; init; }

    /// <summary>Nobody may read it, neither there nor among the settings that the statistics show.</summary>
    public bool IsSecret => Access == SettingAccess.Write;

    /// <summary>It is the shim's (native/shim/settings.c), holds for every netdev, and may stand alone: require, off.</summary>
    public bool IsShims { get; init; }

    /// <summary>The values, as an error or a description lists them.</summary>
    public string Values => InWords([.. Forms.Select(form => form.Meaning ?? form.Syntax)], "or");

    /// <summary>Items with a comma between them, and a word before the last one.</summary>
    public static string InWords(IReadOnlyList<string> items, string last) =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.SkipLast(1))} {last} {items[^1]}";

    /// <summary>Puts a value on the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="value">The value.</param>
    /// <param name="item">What the user wrote.</param>
    /// <returns>The settings with it.</returns>
    /// <exception cref="OptionException">It takes no such value.</exception>
    public Settings Apply(Settings settings, string value, string item)
    {
        bool canBe = Forms.Any(form => !form.IsWord || string.Equals(form.Syntax, value, StringComparison.Ordinal));
        return (canBe ? Read(settings, value) : null)
            ?? throw new OptionException($"'{SettingItem.Shown(item)}' must say {Values}");
    }
}
