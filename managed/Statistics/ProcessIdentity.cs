// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>A process and when it started: the pid alone would come again.</summary>
/// <param name="Id">The pid.</param>
/// <param name="Start">Ticks since boot (proc(5), stat, field 22).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessIdentity(int Id, ulong Start)
{
    private const int FieldsBeforeStart = 19;

    /// <summary>The process is still there.</summary>
    public bool IsAlive => TryFind(Id, out ProcessIdentity found) && found == this;

    /// <summary>Looks a process up.</summary>
    /// <returns>False when there is none, or /proc does not show it.</returns>
    public static bool TryFind(int id, out ProcessIdentity identity)
    {
        identity = default;
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return TryParse(stat, out identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads the text of /proc/PID/stat. The name of the program, in parentheses, may hold anything.</summary>
    public static bool TryParse(string stat, out ProcessIdentity identity)
    {
        identity = default;
        ArgumentNullException.ThrowIfNull(stat);
        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return false;
        }

        // The first field behind the name is the third, the state.
        string[] fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isGood = int.TryParse(stat.AsSpan(0, open), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int id)
            & ulong.TryParse(fields.Length > FieldsBeforeStart ? fields[FieldsBeforeStart] : null, NumberStyles.None, CultureInfo.InvariantCulture, out ulong start);
        identity = new ProcessIdentity(id, start);
        return isGood;
    }
}
