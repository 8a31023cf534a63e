// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.DataPlane.Options;

/// <summary>One item of the settings: key, key=value, or either with the id of a netdev and a dot in front.</summary>
/// <param name="Text">The item.</param>
/// <param name="Owner">The id of the netdev that it is for; null: all.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null: there is no equals sign.</param>
internal sealed record SettingItem(string Text, string? Owner, string Key, string? Value)
{
    private const int ShortestCookieDigits = 8;

    /// <summary>The items of a text.</summary>
    public static string[] Split(string? text) =>
        (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Takes an item apart.</summary>
    public static SettingItem Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        // A netdev id may hold dots itself; a key never does.
        int dot = name.LastIndexOf('.');
        return new SettingItem(text, dot < 0 ? null : name[..dot], name[(dot + 1)..], equals < 0 ? null : text[(equals + 1)..]);
    }

    /// <summary>An item as a log may show it: a cookie that is mistyped is most of a cookie.</summary>
    public static string Shown(string item)
    {
        int cookie = item.IndexOf("cook", StringComparison.OrdinalIgnoreCase);
        int value = cookie < 0 ? -1 : item.IndexOf('=', cookie);
        return value < 0 ? item : $"{item.AsSpan(0, value)}=...";
    }

    /// <summary>
    /// An item whose key nobody knows, as a log may show it. It may be a mistyped cookie's, or a piece of one that was cut by a comma: no value
    /// is shown, and nothing that could be one.
    /// </summary>
    public static string ShownUnknown(string item)
    {
        int end = item.AsSpan().IndexOfAny("=: \t;");
        string shown = end < 0 ? item : item[..end];
        int digits = 0;
        foreach (char character in shown)
        {
            digits = char.IsAsciiHexDigit(character) ? digits + 1 : 0;
            if (digits == ShortestCookieDigits)
            {
                return "...";
            }
        }

        return end < 0 ? shown : $"{shown}{item[end]}...";
    }
}
