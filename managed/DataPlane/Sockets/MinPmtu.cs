// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.IO;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// Up to here Linux believes in an MTU but sends without DF, lest a forged ICMP error stop the traffic: the path may be
/// narrower still, and then only routers that fragment get anything through.
/// </summary>
internal static class MinPmtu
{
    private const string Setting = "/proc/sys/net/ipv4/route/min_pmtu";
    private const int Default = 552;

    /// <summary>Bytes of an IP packet, as this network namespace has it; Linux's default where it cannot be read.</summary>
    public static int Read()
    {
        try
        {
            return int.TryParse(File.ReadAllText(Setting).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
                ? bytes
                : Default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Before 5.18 only the first namespace has it; and a netdev may be added behind a chroot.
            return Default;
        }
    }
}
