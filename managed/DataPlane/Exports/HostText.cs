// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using System.Text;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Properties;

namespace L2tpv3.DataPlane.Exports;

/// <summary>
/// Texts of the host, which may have any length: QMP takes 64 MiB. Each is measured before it becomes a string, for the managed
/// heap has a limit.
/// </summary>
internal static unsafe class HostText
{
    /// <summary>What Linux takes as one argument or one variable (MAX_ARG_STRLEN of execve(2)).</summary>
    private const int LongestSettings = 128 * 1024;

    private const int LongestName = PlaneConstants.L2TP_PROPERTY_NAME_SIZE - 1;

    /// <summary>A text with a NUL at its end.</summary>
    public static ReadOnlySpan<byte> Bytes(byte* text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);

    /// <summary>The settings; null: none.</summary>
    /// <exception cref="OptionException">They are too long.</exception>
    public static string? Settings(byte* text)
    {
        ReadOnlySpan<byte> bytes = Bytes(text);
        return bytes.Length > LongestSettings
            ? throw new OptionException($"the settings have {bytes.Length} characters; give at most {LongestSettings}")
            : text == null ? null : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The name of a property, or any other word that is too long for one.</summary>
    public static string Name(byte* text)
    {
        ReadOnlySpan<byte> bytes = Bytes(text);
        return Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestName + 1)]);
    }

    /// <summary>A value for a property.</summary>
    /// <exception cref="OptionException">It is too long.</exception>
    public static string Value(string name, byte* text)
    {
        ReadOnlySpan<byte> bytes = Bytes(text);
        return bytes.Length <= PropertyTable.LongestValue ? Encoding.UTF8.GetString(bytes) : throw PropertyTable.TooLong(name, bytes);
    }
}
