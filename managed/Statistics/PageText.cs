// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace L2tpv3.Statistics;

/// <summary>Texts of a page: UTF-8, filled up with NUL, cut at the last whole character that fits.</summary>
public static class PageText
{
    /// <summary>Writes a text, without allocating.</summary>
    public static void Write(Span<byte> field, ReadOnlySpan<char> text)
    {
        _ = Utf8.FromUtf16(text, field, out _, out int written);
        field[written..].Clear();
    }

    /// <summary>Reads a text. The page may be another user's, so it is <see cref="Printable"/>.</summary>
    public static string Read(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Printable(Encoding.UTF8.GetString(end < 0 ? field : field[..end]));
    }

    /// <summary>Another program's text for a terminal: what the terminal would act upon becomes a question mark.</summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (shown, source) =>
        {
            for (int i = 0; i < shown.Length; i++)
            {
                shown[i] = char.IsControl(source[i]) || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? '?' : source[i];
            }
        });
    }
}

/// <summary>A text of at most 16 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(16)]
public struct Text16
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}

/// <summary>A text of at most 64 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(64)]
public struct Text64
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}

/// <summary>A text of at most 128 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(128)]
public struct Text128
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}

/// <summary>A text of at most 256 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(256)]
public struct Text256
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}
