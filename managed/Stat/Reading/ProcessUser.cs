// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.IO;

namespace L2tpv3.Stat.Reading;

/// <summary>
/// The user that a process is (its effective uid). The owner of /proc/PID would not do: that is root, once a process has changed its
/// user.
/// </summary>
internal static class ProcessUser
{
    private const string Line = "Uid:";

    /// <summary>Looks a process up.</summary>
    /// <returns>False when there is none, or /proc does not show it.</returns>
    public static bool TryFind(int process, out uint user)
    {
        user = 0;
        try
        {
            foreach (string line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")))
            {
                if (line.StartsWith(Line, StringComparison.Ordinal))
                {
                    // Real, effective, saved, file system.
                    string[] users = line[Line.Length..].Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
                    return users.Length > 1 && uint.TryParse(users[1], NumberStyles.None, CultureInfo.InvariantCulture, out user);
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
