// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.IO;

namespace L2tpv3.Statistics;

/// <summary>
/// The pid namespace of this process (pid_namespaces(7)). A directory may be shared with containers, whose processes have numbers of
/// their own: only within one namespace does a pid tell whether a process is there.
/// </summary>
public static class PidNamespace
{
    /// <summary>No namespace has this number.</summary>
    public const ulong Unknown = 0;

    private const string Prefix = "pid:[";

    /// <summary>
    /// The inode number of the namespace; <see cref="Unknown"/> when /proc does not show it, or shows another namespace's processes.
    /// </summary>
    public static ulong Own
    {
        get
        {
            bool isOwn = int.TryParse(Target("/proc/self"), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id == Environment.ProcessId;
            string text = Target("/proc/self/ns/pid");
            return isOwn
                && text.StartsWith(Prefix, StringComparison.Ordinal)
                && ulong.TryParse(text.AsSpan(Prefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
                ? number
                : Unknown;
        }
    }

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
