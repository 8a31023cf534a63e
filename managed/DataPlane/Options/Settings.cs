// SPDX-License-Identifier: GPL-2.0-or-later
//
// Settings that QEMU's option schema has no room for come in the environment variable QEMU_L2TPV3:
//
//     QEMU_L2TPV3=require,source-check=on,n1.source-check=off
//
// A key alone holds for every netdev, `id.key` for the netdev of that id, whatever the order. The words `require` and
// `off` are the shim's (native/shim/mode.c) and passed over here.

using System;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of one netdev.</summary>
internal sealed record Settings
{
    private const string Known = "the settings are source-check=on|off, and the words require and off";

    /// <summary>Only the configured peer's address and port are accepted.</summary>
    public bool SourceCheck { get; init; } = true;

    /// <summary>Reads the settings that hold for one netdev.</summary>
    /// <param name="text">The variable's value; null or empty: the defaults.</param>
    /// <param name="id">The netdev's id.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static Settings Read(string? text, string id)
    {
        Settings settings = new();
        string[] items = (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string item in items)
        {
            settings = settings.With(item, scope: null);
        }

        foreach (string item in items)
        {
            settings = settings.With(item, id);
        }

        return settings;
    }

    /// <summary>Applies one item if it is of this scope; checks it in any case.</summary>
    private Settings With(string item, string? scope)
    {
        if (item is "require" or "off")
        {
            return this;
        }

        int equals = item.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? item : item[..equals];
        string value = equals < 0 ? string.Empty : item[(equals + 1)..];
        // A netdev id may hold dots itself; a key never does.
        int dot = name.LastIndexOf('.');
        string? owner = dot < 0 ? null : name[..dot];
        Settings changed = WithKey(name[(dot + 1)..], value, item);
        return string.Equals(owner, scope, StringComparison.Ordinal) ? changed : this;
    }

    private Settings WithKey(string key, string value, string item) => key switch
    {
        "source-check" => this with { SourceCheck = OnOrOff(value, item) },
        _ => throw new OptionException($"QEMU_L2TPV3: '{item}' is not a setting; {Known}"),
    };

    private static bool OnOrOff(string value, string item) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new OptionException($"QEMU_L2TPV3: '{item}' must say on or off; {Known}"),
    };
}
