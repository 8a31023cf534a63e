// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>Whose page it is.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct PageHeader
{
    /// <summary><see cref="StatisticsPage.Magic"/>, once everything else is there.</summary>
    public ulong Magic;

    /// <summary><see cref="StatisticsPage.CurrentVersion"/>.</summary>
    public uint Version;

    /// <summary><see cref="StatisticsPage.FileSize"/>.</summary>
    public uint Size;

    /// <summary>The process, as its own pid namespace numbers it.</summary>
    public int ProcessId;

    public uint Reserved;

    /// <summary>When the process started, in ticks since boot (proc(5), stat, field 22).</summary>
    public ulong ProcessStart;

    /// <summary>When the session opened, in milliseconds since 1970.</summary>
    public long OpenedAt;
}
