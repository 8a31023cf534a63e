// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel has dropped at a netdev's socket since QEMU asked for it last. A QEMU whose guest is stopped, or that hangs, is not
// woken by what is dropped, so its page may be old; the kernel tells everybody (proc(5), /proc/PID/net/udp, the last column).

using System;
using System.Globalization;
using System.IO;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Reading;

/// <summary>Brings the socket's drops in a page up to date.</summary>
internal static class KernelDrops
{
    private const int InodeField = 9;
    private const int DropsField = 12;

    /// <summary>Adds what the page does not know yet.</summary>
    public static void AddTo(ref StatisticsPage page)
    {
        LiveState state = page.State;
        if (state.SocketDropsCount != 0 && state.SocketInode != 0 && TryFind(Table(page), state.SocketInode, out uint now))
        {
            // 32 bits, which may have wrapped.
            page.Traffic.SocketDrops += unchecked(now - state.SocketDropsSeen);
        }
    }

    private static string Table(in StatisticsPage page)
    {
        string protocol = string.Equals(page.Description.Carrier.ToString(), "udp", StringComparison.Ordinal) ? "udp" : "raw";
        string version = page.Description.IsIpv6 != 0 ? "6" : string.Empty;
        // Its network namespace, not ours.
        return string.Create(CultureInfo.InvariantCulture, $"/proc/{page.Header.ProcessId}/net/{protocol}{version}");
    }

    private static bool TryFind(string table, ulong socket, out uint drops)
    {
        drops = 0;
        try
        {
            foreach (string line in File.ReadLines(table))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > DropsField
                    && ulong.TryParse(fields[InodeField], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
                    && inode == socket)
                {
                    // Some kernels print it with a sign.
                    bool isNumber = long.TryParse(fields[DropsField], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count);
                    drops = unchecked((uint)count);
                    return isNumber;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The page is as right as QEMU has left it.
        }

        return false;
    }
}
