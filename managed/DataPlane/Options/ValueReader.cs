// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;

namespace L2tpv3.DataPlane.Options;

/// <summary>Reads the values of settings that are no words of their own. Null: the text is none.</summary>
internal static class ValueReader
{
    private const int MinimumBuffer = 4096;

    /// <summary>A size as QEMU's own options take it: k and M are powers of 1024.</summary>
    public static int? Bytes(string value)
    {
        long unit = value.Length == 0 ? 1 : value[^1] switch { 'k' or 'K' => 1024, 'm' or 'M' => 1024 * 1024, _ => 1 };
        ReadOnlySpan<char> digits = unit == 1 ? value : value.AsSpan(0, value.Length - 1);
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && number * unit is >= MinimumBuffer and <= int.MaxValue / 2 ? (int)(number * unit) : null;
    }

    /// <summary>A decimal number, or a hexadecimal one behind 0x.</summary>
    public static int? Number(string value, int minimum, int maximum)
    {
        bool isHex = value.StartsWith("0x", StringComparison.Ordinal);
        bool isNumber = isHex
            ? int.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number)
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isNumber && number >= minimum && number <= maximum ? number : null;
    }

    /// <summary>
    /// A cookie as `ip l2tp` takes it: 8 or 16 hexadecimal digits, whose number is its size (ip-l2tp(8)). 0x may stand in front.
    /// </summary>
    public static Cookie? Cookie(string value)
    {
        if (value is "none")
        {
            return default(Cookie);
        }

        ReadOnlySpan<char> digits = value.StartsWith("0x", StringComparison.Ordinal) ? value.AsSpan(2) : value;
        bool isNumber = ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number);
        return isNumber && digits.Length is 8 or 16 ? new Cookie(digits.Length / 2, number) : null;
    }

    /// <summary>The name of a network interface, as the kernel allows it (dev_valid_name).</summary>
    public static string? Device(string value)
    {
        const int longest = 15;
        bool isName = value.Length is > 0 and <= longest && value is not ("." or "..")
            && !value.AsSpan().ContainsAny('/', ':', ' ') && System.Text.Ascii.IsValid(value);
        return isName ? value : null;
    }

    /// <summary>The name of a file; off is none, and empty.</summary>
    public static string? File(string value) => value switch
    {
        CaptureSettings.Off => string.Empty,
        "" => null,
        _ => value,
    };
}
