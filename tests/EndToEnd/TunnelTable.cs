// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd;

/// <summary>
/// Every header that the options can ask for: encapsulation x cookie x counter x offset, 72 in all, each as a tunnel
/// with addresses (raw IP) or ports (UDP) of its own, so that one QEMU can hold them all at once.
/// </summary>
internal static class TunnelTable
{
    /// <summary>An offset that is not a multiple of 4, so that the frame is not aligned by chance.</summary>
    private const int SomeOffset = 6;

    private const int FirstPort = 20_000;

    /// <summary>The rows of a theory.</summary>
    public static TheoryData<Encapsulation, CookieSize, NetdevCounter, int> Rows()
    {
        TheoryData<Encapsulation, CookieSize, NetdevCounter, int> rows = [];
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
        {
            foreach (CookieSize cookie in Enum.GetValues<CookieSize>())
            {
                foreach (NetdevCounter counter in Enum.GetValues<NetdevCounter>())
                {
                    rows.Add(encapsulation, cookie, counter, 0);
                    rows.Add(encapsulation, cookie, counter, SomeOffset);
                }
            }
        }

        return rows;
    }

    /// <summary>All tunnels, by their row.</summary>
    public static Dictionary<(Encapsulation, CookieSize, NetdevCounter, int), L2tpv3Netdev> Tunnels()
    {
        Dictionary<(Encapsulation, CookieSize, NetdevCounter, int), L2tpv3Netdev> tunnels = [];
        foreach (TheoryDataRow<Encapsulation, CookieSize, NetdevCounter, int> row in Rows())
        {
            (Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset) = row.Data;
            tunnels[row.Data] = Create(tunnels.Count, encapsulation) with { Cookie = cookie, Counter = counter, Offset = offset };
        }

        return tunnels;
    }

    /// <summary>Gives a namespace the addresses of the tunnels.</summary>
    public static void AddAddresses(NetworkNamespace network, IEnumerable<L2tpv3Netdev> tunnels)
    {
        // 127.0.0.0/8 is local as it is; of IPv6 there is ::1 alone.
        foreach (L2tpv3Netdev tunnel in tunnels)
        {
            if (tunnel is { IsIpv6: true, IsUdp: false })
            {
                network.AddLoopbackAddress(tunnel.Source + "/128");
                network.AddLoopbackAddress(tunnel.Destination + "/128");
            }
        }
    }

    /// <summary>The tunnel number <paramref name="index"/> of a table, without cookie, counter and offset.</summary>
    public static L2tpv3Netdev Create(int index, Encapsulation encapsulation)
    {
        bool udp = encapsulation.IsUdp();
        return new L2tpv3Netdev
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"n{index}"),
            Source = Address(encapsulation, index, 1),
            Destination = Address(encapsulation, index, 2),
            SourcePort = udp ? FirstPort + (2 * index) : null,
            DestinationPort = udp ? FirstPort + (2 * index) + 1 : null,
            TransmitSessionId = 0xff00_0001 + (uint)index,
            ReceiveSessionId = 0x0100_0001 + (uint)index,
            TransmitCookie = 0x89ab_cdef,
            ReceiveCookie = 0xfedc_ba98,
        };
    }

    private static string Address(Encapsulation encapsulation, int index, int end) => encapsulation switch
    {
        Encapsulation.Udp4 => "127.0.0.1",
        Encapsulation.Udp6 => "::1",
        Encapsulation.Ip4 => string.Create(CultureInfo.InvariantCulture, $"127.115.{index}.{end}"),
        Encapsulation.Ip6 => string.Create(CultureInfo.InvariantCulture, $"fd00:115::{index:x}:{end}"),
        _ => throw new ArgumentOutOfRangeException(nameof(encapsulation)),
    };
}
