// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>The refusals of one reason.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DropCounter
{
    /// <summary>How many.</summary>
    public ulong Count;

    /// <summary>
    /// What the last one had that it should not: a session id, a version, a length, an errno; see DropReason. Never a cookie.
    /// </summary>
    public ulong LastValue;
}
