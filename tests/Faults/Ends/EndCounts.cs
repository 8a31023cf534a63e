// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Statistics;

namespace Faults.Ends;

/// <summary>What one netdev has counted, over all QEMUs that have had it.</summary>
internal sealed record EndCounts(long Transmitted, long TransmitDrops, long Datagrams, long Received, long ReceiveDrops, long InternalErrors)
{
    /// <summary>A netdev that has done nothing yet.</summary>
    public static readonly EndCounts Zero = new(0, 0, 0, 0, 0, 0);

    /// <summary>The words of a page.</summary>
    public static EndCounts Of(StatisticsPage page) => new(
        (long)page.Traffic.TransmittedFrames,
        PageReader.TransmitDrops(page),
        (long)page.Traffic.ReceivedDatagrams,
        (long)page.Traffic.ReceivedFrames,
        PageReader.ReceiveDrops(page),
        (long)page.Traffic.InternalErrors);

    /// <summary>Both together.</summary>
    public EndCounts Plus(EndCounts other) => new(
        Transmitted + other.Transmitted,
        TransmitDrops + other.TransmitDrops,
        Datagrams + other.Datagrams,
        Received + other.Received,
        ReceiveDrops + other.ReceiveDrops,
        InternalErrors + other.InternalErrors);
}
