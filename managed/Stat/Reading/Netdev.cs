// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Reading;

/// <summary>One running netdev at one moment.</summary>
/// <param name="File">Its page's file.</param>
/// <param name="Number">Which one of its process's netdevs it is: they are counted, for an id may come again.</param>
/// <param name="Page">What was in it.</param>
/// <param name="At">When, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
internal sealed record Netdev(string File, int Number, StatisticsPage Page, long At)
{
    /// <summary>The netdev's id.</summary>
    public string Id { get; } = Page.Description.Id.ToString();

    /// <summary>`udp 192.0.2.1:1701 -> 192.0.2.2:1701`.</summary>
    public string Tunnel => $"{Page.Description.Carrier} {Page.Description.Source} -> {Page.State.Peer}";

    /// <summary>Frames and datagrams refused for one reason.</summary>
    public ulong Drops(DropReason reason) => Page.Drops[(int)reason].Count;

    /// <summary>What the last of them had that it should not.</summary>
    public ulong LastValue(DropReason reason) => Page.Drops[(int)reason].LastValue;

    /// <summary>All that was refused, both ways.</summary>
    public ulong TotalDrops
    {
        get
        {
            ulong total = 0;
            for (int i = 1; i < DropReasons.Count; i++)
            {
                total += Page.Drops[i].Count;
            }

            return total;
        }
    }
}
