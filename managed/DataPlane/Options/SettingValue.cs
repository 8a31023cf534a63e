// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>Reads the values of settings. What is none is refused with the whole item and what it must say.</summary>
internal static class SettingValue
{
    private const int MinimumBuffer = 4096;

    private const int ShortestCookieDigits = 8;

    /// <summary>The error for a value that is none.</summary>
    public static OptionException Refused(string item, string must) =>
        new($"'{Shown(item)}' must say {must}");

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

    public static bool OnOrOff(string value, string item, string must = "on or off") => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw Refused(item, must),
    };

    /// <summary>gso=.</summary>
    public static GsoSetting Gso(string value, string item) => value switch
    {
        "on" => GsoSetting.On,
        "off" => GsoSetting.Off,
        "uneven" => GsoSetting.Uneven,
        _ => throw Refused(item, "on, off or uneven"),
    };

    /// <summary>A size as QEMU's own options take it: k and M are powers of 1024.</summary>
    public static int Bytes(string value, string item)
    {
        long unit = value.Length == 0 ? 1 : value[^1] switch { 'k' or 'K' => 1024, 'm' or 'M' => 1024 * 1024, _ => 1 };
        ReadOnlySpan<char> digits = unit == 1 ? value : value.AsSpan(0, value.Length - 1);
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && number * unit is >= MinimumBuffer and <= int.MaxValue / 2
            ? (int)(number * unit)
            : throw Refused(item, "a size from 4k to 1023M");
    }

    /// <summary>A decimal number, or a hexadecimal one behind 0x.</summary>
    public static int Number(string value, string item, int minimum, int maximum, string what)
    {
        bool isHex = value.StartsWith("0x", StringComparison.Ordinal);
        bool isNumber = isHex
            ? int.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number)
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isNumber && number >= minimum && number <= maximum ? number : throw Refused(item, what);
    }

    /// <summary>
    /// A cookie as `ip l2tp` takes it: 8 or 16 hexadecimal digits, whose number is its size (ip-l2tp(8)). 0x may stand in front.
    /// </summary>
    public static Cookie Cookie(string value, string item)
    {
        if (value is "none")
        {
            return default;
        }

        ReadOnlySpan<char> digits = value.StartsWith("0x", StringComparison.Ordinal) ? value.AsSpan(2) : value;
        bool isNumber = ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number);
        return isNumber && digits.Length is 8 or 16
            ? new Cookie(digits.Length / 2, number)
            : throw Refused(item, "8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes) or none");
    }

    /// <summary>The name of a network interface, as the kernel allows it (dev_valid_name).</summary>
    public static string Device(string value, string item)
    {
        const int longest = 15;
        bool isName = value.Length is > 0 and <= longest && value is not ("." or "..")
            && !value.AsSpan().ContainsAny('/', ':', ' ') && Ascii(value);
        return isName ? value : throw Refused(item, "the name of a network interface");
    }

    private static bool Ascii(string value) => System.Text.Ascii.IsValid(value);
}
