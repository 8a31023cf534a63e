// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>Pages as a healthy session writes them, for tests to spoil.</summary>
internal static class Pages
{
    /// <summary>A session in which all is well: frames both ways, offloads, a path of 1600 bytes.</summary>
    public static StatisticsPage Healthy()
    {
        StatisticsPage page = default;
        page.Header.Magic = StatisticsPage.Magic;
        page.Header.Version = StatisticsPage.CurrentVersion;
        page.Header.Size = StatisticsPage.FileSize;
        page.Header.ProcessId = 4711;
        page.Header.ProcessStart = 99;
        page.Header.OpenedAt = 1_700_000_000_000;
        PageText.Write(page.Description.Id, "n0");
        PageText.Write(page.Description.Carrier, "udp");
        PageText.Write(page.Description.Source, "192.0.2.1:1701");
        PageText.Write(page.Description.Destination, "192.0.2.2:1701");
        PageText.Write(page.Description.Counter, "none");
        PageText.Write(page.State.Peer, "192.0.2.2:1701");
        page.Description.TransmitSessionId = 0x11;
        page.Description.ReceiveSessionId = 0x22;
        page.Description.ReceiveHeaderLength = 8;
        page.Description.SourceCheck = 1;
        page.State.Sequence = 2;
        page.State.HasRoute = 1;
        page.State.PathMtu = 1600;
        page.State.MaximumFrame = 1564;
        page.State.VnetHeaderLength = 12;
        page.Traffic.TransmittedFrames = 1000;
        page.Traffic.TransmittedBytes = 60_000;
        page.Traffic.ReceivedFrames = 2000;
        page.Traffic.ReceivedBytes = 120_000;
        page.Traffic.ReceivedDatagrams = 2000;
        return page;
    }

    /// <summary>A netdev whose page was spoilt.</summary>
    public static Netdev Netdev(PageChange? change = null, long at = 0)
    {
        StatisticsPage page = Healthy();
        change?.Invoke(ref page);
        return new Netdev("4711-99-1", 1, page, at);
    }

    /// <summary>A netdev that was looked at once.</summary>
    public static Sample Once(PageChange? change = null)
    {
        Netdev netdev = Netdev(change);
        return new Sample(netdev, netdev);
    }

    /// <summary>A netdev that was looked at twice, two seconds apart.</summary>
    public static Sample Twice(PageChange before, PageChange now) => new(Netdev(before, at: 1000), Netdev(now, at: 3000));

    /// <summary>Writes a page's file.</summary>
    public static void Write(string path, StatisticsPage page)
    {
        byte[] file = new byte[StatisticsPage.FileSize];
        MemoryMarshal.Write(file, page);
        File.WriteAllBytes(path, file);
    }

    /// <summary>A page of this process, which runs for sure.</summary>
    public static (string Name, StatisticsPage Page) Own(int number = 1)
    {
        if (!ProcessIdentity.TryFind(Environment.ProcessId, out ProcessIdentity self))
        {
            throw new InvalidOperationException("this process is not in /proc");
        }

        StatisticsPage page = Healthy();
        page.Header.ProcessId = self.Id;
        page.Header.ProcessStart = self.Start;
        return (new PageName(self, number, PidNamespace.Own).ToString(), page);
    }
}

/// <summary>Changes a page.</summary>
internal delegate void PageChange(ref StatisticsPage page);
