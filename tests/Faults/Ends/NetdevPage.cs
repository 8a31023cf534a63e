// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace Faults.Ends;

/// <summary>The statistics page of a QEMU's one netdev.</summary>
internal static class NetdevPage
{
    /// <summary>Reads the only page of a directory.</summary>
    public static StatisticsPage Read(string directory)
    {
        string file = Directory.GetFiles(directory) is [string only]
            ? only
            : throw new InvalidOperationException($"{directory} does not hold one page");
        while (true)
        {
            PageVerdict verdict = StatisticsPage.TryRead(File.ReadAllBytes(file), out StatisticsPage page);
            if (verdict == PageVerdict.Good)
            {
                return page;
            }

            if (verdict != PageVerdict.Changing)
            {
                throw new InvalidOperationException($"{file}: {verdict}");
            }

            Thread.Yield();
        }
    }

    /// <summary>Datagrams that were refused.</summary>
    public static long ReceiveDrops(StatisticsPage page) => Drops(page, DropReason.None + 1, DropReason.GuestRunt);

    /// <summary>Frames of the guest that were refused, or not sent.</summary>
    public static long TransmitDrops(StatisticsPage page) => Drops(page, DropReason.GuestRunt, (DropReason)DropReasons.Count);

    /// <summary>Drops for one reason.</summary>
    public static long Drops(StatisticsPage page, DropReason reason) => (long)page.Drops[(int)reason].Count;

    private static long Drops(StatisticsPage page, DropReason first, DropReason end)
    {
        long drops = 0;
        for (DropReason reason = first; reason < end; reason++)
        {
            drops += Drops(page, reason);
        }

        return drops;
    }
}
