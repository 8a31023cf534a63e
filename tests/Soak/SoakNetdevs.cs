// SPDX-License-Identifier: GPL-2.0-or-later

namespace Soak;

/// <summary>Netdevs with addresses and ports of their own, for a namespace with nobody else in it.</summary>
internal static class SoakNetdevs
{
    private const int FirstPort = 20_000;

    /// <summary>Over UDP and IPv4.</summary>
    public static L2tpv3Netdev Udp(int index) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"n{index}"),
        SourcePort = FirstPort + (2 * index),
        DestinationPort = FirstPort + (2 * index) + 1,
        Cookie = CookieSize.Bits64,
        TransmitCookie = 0x0123_4567_89ab_cdef,
        ReceiveCookie = 0xfedc_ba98_7654_3210,
    };

    /// <summary>Over UDP and IPv6.</summary>
    public static L2tpv3Netdev Udp6(int index) => Udp(index) with { Source = "::1", Destination = "::1" };

    /// <summary>Over raw IPv4.</summary>
    public static L2tpv3Netdev Raw(int index) => Udp(index) with
    {
        Source = string.Create(CultureInfo.InvariantCulture, $"127.115.{index}.1"),
        Destination = string.Create(CultureInfo.InvariantCulture, $"127.115.{index}.2"),
        SourcePort = null,
        DestinationPort = null,
    };

    /// <summary>The QEMU arguments that join a netdev and another one on a hub.</summary>
    public static string[] Join(L2tpv3Netdev netdev, int hub, string otherId, string other) =>
    [
        "-netdev", netdev.ToString(),
        "-netdev", $"hubport,id={netdev.Id}-hub,hubid={hub},netdev={netdev.Id}",
        "-netdev", other,
        "-netdev", $"hubport,id={otherId}-hub,hubid={hub},netdev={otherId}",
    ];
}
