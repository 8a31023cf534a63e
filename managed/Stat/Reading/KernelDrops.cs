// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel has dropped at a netdev's socket since QEMU asked for it last. A QEMU whose guest is stopped, or that hangs, is not
// woken by what is dropped, so its page may be old; the kernel tells everybody (proc(5), /proc/PID/net/udp, the last column).
//
// It tells of all sockets of a network namespace at once, and there may be thousands, as there may be netdevs. So each table is
// read once. That is when all pages have been read: a table that is older than a page would know less than it.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Reading;

/// <summary>Brings the socket's drops in pages up to date, which have been read before this is made.</summary>
internal sealed class KernelDrops
{
    private const int InodeField = 9;
    private const int DropsField = 12;

    private readonly Dictionary<string, Dictionary<ulong, uint>> _tables = new(StringComparer.Ordinal);

    /// <summary>Adds what the page does not know yet.</summary>
    public Netdev AddTo(Netdev netdev)
    {
        StatisticsPage page = netdev.Page;
        LiveState state = page.State;
        if (state.SocketDropsCount == 0 || state.SocketInode == 0 || !Drops(PathOf(page)).TryGetValue(state.SocketInode, out uint now))
        {
            return netdev;
        }

        // 32 bits, which may have wrapped.
        page.Traffic.SocketDrops += unchecked(now - state.SocketDropsSeen);
        return netdev with { Page = page };
    }

    private static string PathOf(in StatisticsPage page)
    {
        string protocol = string.Equals(page.Description.Carrier.ToString(), "udp", StringComparison.Ordinal) ? "udp" : "raw";
        string version = page.Description.IsIpv6 != 0 ? "6" : string.Empty;
        // Its network namespace, not ours.
        return string.Create(CultureInfo.InvariantCulture, $"/proc/{page.Header.ProcessId}/net/{protocol}{version}");
    }

    /// <summary>The drops of each socket by its inode.</summary>
    private Dictionary<ulong, uint> Drops(string path)
    {
        if (!_tables.TryGetValue(path, out Dictionary<ulong, uint>? drops))
        {
            drops = Read(path);
            _tables.Add(path, drops);
        }

        return drops;
    }

    private static Dictionary<ulong, uint> Read(string path)
    {
        Dictionary<ulong, uint> drops = [];
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                // Some kernels print the drops with a sign.
                if (fields.Length > DropsField
                    && ulong.TryParse(fields[InodeField], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
                    && long.TryParse(fields[DropsField], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count))
                {
                    drops[inode] = unchecked((uint)count);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The pages are as right as QEMU has left them.
        }

        return drops;
    }
}
