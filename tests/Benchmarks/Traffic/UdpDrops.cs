// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Benchmarks.Traffic;

/// <summary>The drops column of /proc/net/udp (proc(5)): datagrams that a socket had no room for; those of a run that was not split count each.</summary>
internal static class UdpDrops
{
    private const int LocalAddressColumn = 1;

    public static long Of(int localPort)
    {
        string suffix = ":" + localPort.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/udp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[LocalAddressColumn].EndsWith(suffix, StringComparison.Ordinal))
            .Sum(columns => long.Parse(columns[^1], CultureInfo.InvariantCulture));
    }
}
