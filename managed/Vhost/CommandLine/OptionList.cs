// SPDX-License-Identifier: GPL-2.0-or-later
//
// The options of `-netdev l2tpv3` and the settings of the plugin, in one list: src=::1,udp=on,...,gso=off. What is no option is a setting, and what is none
// either is an error that names both kinds.
//
// The netdev's options go to the netdev's own reader as the JSON that QEMU's visitor writes, so that both have one meaning. Types and values are QEMU's:
// on, yes, true, y and their opposites; numbers in C's notation.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.Vhost.CommandLine;

/// <summary>A list of options, taken apart.</summary>
/// <param name="Netdev">The netdev's options.</param>
/// <param name="Settings">The items that are settings.</param>
internal sealed record OptionList(NetdevOptions Netdev, string Settings)
{
    private static readonly Dictionary<string, Action<Utf8JsonWriter, string, string>> s_options = new(StringComparer.Ordinal)
    {
        ["id"] = WriteText,
        ["src"] = WriteText,
        ["dst"] = WriteText,
        ["srcport"] = WriteText,
        ["dstport"] = WriteText,
        ["ipv6"] = WriteSwitch,
        ["udp"] = WriteSwitch,
        ["cookie64"] = WriteSwitch,
        ["counter"] = WriteSwitch,
        ["pincounter"] = WriteSwitch,
        ["txcookie"] = WriteNumber(ulong.MaxValue),
        ["rxcookie"] = WriteNumber(ulong.MaxValue),
        ["txsession"] = WriteNumber(uint.MaxValue),
        ["rxsession"] = WriteNumber(uint.MaxValue),
        ["offset"] = WriteNumber(uint.MaxValue),
    };

    /// <summary>All names, for the error about one that is none of them.</summary>
    private static string Names =>
        $"the options are {string.Join(", ", s_options.Keys)}; the settings are {string.Join(", ", SettingTable.All.Where(setting => !setting.IsShims).Select(setting => setting.Name))}";

    /// <summary>Takes a list apart.</summary>
    /// <param name="text">The list.</param>
    /// <param name="id">The netdev's name, unless the list has one.</param>
    /// <exception cref="OptionException">An item is neither an option nor a setting, or its value is none.</exception>
    public static OptionList Parse(string text, string id)
    {
        ArrayBufferWriter<byte> json = new();
        List<string> settings = [];
        HashSet<string> given = new(StringComparer.Ordinal);
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            foreach (string item in SettingItem.Split(text))
            {
                int equals = item.IndexOf('=', StringComparison.Ordinal);
                string key = equals < 0 ? item : item[..equals];
                if (!s_options.TryGetValue(key, out Action<Utf8JsonWriter, string, string>? write))
                {
                    settings.Add(item);
                    continue;
                }

                if (!given.Add(key))
                {
                    throw new OptionException($"{key}= is there twice");
                }

                write(writer, key, equals < 0 ? "on" : item[(equals + 1)..]);
            }

            if (!given.Contains("id"))
            {
                writer.WriteString("id", id);
            }

            writer.WriteEndObject();
        }

        return new OptionList(NetdevOptionsReader.Read(json.WrittenSpan), Check(settings));
    }

    /// <summary>The settings that are the plugin's alone say how it gets into QEMU.</summary>
    private static string Check(List<string> settings)
    {
        foreach (string item in settings)
        {
            SettingItem parsed = SettingItem.Parse(item);
            if (SettingTable.Find(parsed.Key) is not { } setting)
            {
                throw new OptionException($"'{SettingItem.ShownUnknown(item)}' is neither an option nor a setting; {Names}");
            }

            if (setting.IsShims)
            {
                throw new OptionException($"'{parsed.Key}' is for the plugin; here is no QEMU to hold it back from");
            }
        }

        string text = string.Join(',', settings);
        SettingsReader.CheckItems(text);
        return text;
    }

    private static void WriteText(Utf8JsonWriter writer, string key, string value) => writer.WriteString(key, value);

    private static void WriteSwitch(Utf8JsonWriter writer, string key, string value) => writer.WriteBoolean(key, value switch
    {
        "on" or "yes" or "true" or "y" => true,
        "off" or "no" or "false" or "n" => false,
        _ => throw new OptionException($"{key}={value} must say on or off"),
    });

    private static Action<Utf8JsonWriter, string, string> WriteNumber(ulong largest) => (writer, key, value) =>
    {
        bool isHex = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = isHex
            ? ulong.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            : ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!isNumber || number > largest)
        {
            // A cookie that is mistyped is most of a cookie.
            throw new OptionException($"{key}= must say a number from 0 to {largest}");
        }

        writer.WriteNumber(key, number);
    };
}
