// SPDX-License-Identifier: GPL-2.0-or-later
//
// Settings that QEMU's option schema has no room for come as arguments of -plugin or in the environment variable QEMU_L2TPV3:
//
//     -plugin qemu-l2tpv3.so,require=on,gso=off,n1.source-check=off
//     QEMU_L2TPV3=require,gso=off,n1.source-check=off
//
// A key alone holds for every netdev, `id.key` for the netdev of that id, whatever the order.

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>Reads the settings. What each of them takes is in <see cref="SettingTable"/>.</summary>
internal static class SettingsReader
{
    /// <summary>Reads the settings that hold for one netdev.</summary>
    /// <param name="text">The variable's value, or arguments that <see cref="Check"/> has seen; null or empty: the defaults.</param>
    /// <param name="id">The netdev's id.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static Settings Read(string? text, string id)
    {
        try
        {
            string[] items = SettingItem.Split(text);
            return With(With(new Settings(), items, scope: null), items, id);
        }
        catch (OptionException e)
        {
            // The arguments have been checked, so this can only be the variable.
            throw new OptionException($"QEMU_L2TPV3: {e.Message}", e);
        }
    }

    /// <summary>Looks at settings that come on a command line of their own.</summary>
    /// <param name="text">The settings.</param>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static void CheckItems(string text) => _ = With(new Settings(), SettingItem.Split(text), scope: null);

    /// <summary>Looks at all arguments of -plugin, whichever netdev they are for.</summary>
    /// <param name="text">The settings; null or empty: none.</param>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static void Check(string? text)
    {
        try
        {
            _ = With(new Settings(), SettingItem.Split(text), scope: null);
        }
        catch (OptionException e)
        {
            throw new OptionException($"-plugin: {e.Message}", e);
        }
    }

    /// <summary>What was given, with one item more or in place of the earlier ones of its key, whether they were for all netdevs or for this one.</summary>
    /// <param name="given">The items, <see cref="Settings.Given"/>.</param>
    /// <param name="key">The item's key.</param>
    /// <param name="value">Its value.</param>
    public static string Replace(string given, string key, string value)
    {
        // A comma would end the item.
        string shown = value.Replace(",", "%2C", StringComparison.Ordinal);
        IEnumerable<string> others = SettingItem.Split(given).Where(item => !string.Equals(SettingItem.Parse(item).Key, key, StringComparison.Ordinal));
        return string.Join(',', others.Append($"{key}={shown}"));
    }

    private static Settings With(Settings settings, string[] items, string? scope)
    {
        foreach (string item in items)
        {
            settings = With(settings, SettingItem.Parse(item), scope);
        }

        return settings;
    }

    /// <summary>Applies one item if it is of this scope; checks it in any case.</summary>
    private static Settings With(Settings settings, SettingItem item, string? scope)
    {
        Setting? setting = SettingTable.Find(item.Key);
        if (setting is null || (setting.IsShims && item.Owner is not null))
        {
            throw new OptionException($"'{SettingItem.ShownUnknown(item.Text)}' is not a setting; {SettingTable.Names}");
        }

        string alone = setting.IsShims ? "on" : string.Empty;
        Settings changed = setting.Apply(settings, item.Value ?? alone, item.Text);
        bool isMeant = !setting.IsShims && string.Equals(item.Owner, scope, StringComparison.Ordinal);
        return isMeant ? changed with { Given = Add(settings.Given, setting, item.Text) } : settings;
    }

    private static string Add(string given, Setting setting, string item)
    {
        if (setting.IsSecret)
        {
            return given;
        }

        string shown = SettingItem.Shown(item);
        return given.Length == 0 ? shown : $"{given},{shown}";
    }
}
