// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.Versioning;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace DataPlane.Tests.Upkeep;

/// <summary>The file that a session publishes: what is in it, who may read it, and what becomes of it.</summary>
[SupportedOSPlatform("linux")]
public sealed class StatisticsPageTests(Lab lab) : IDisposable
{
    private const ulong TransmitCookie = 0xC1C2_C3C4_C5C6_C7C8;
    private const ulong ReceiveCookie = 0xD1D2_D3D4_D5D6_D7D8;

    private readonly TemporaryDirectory _runtime = new();

    private string Place => _runtime.File("pages");

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public void A_page_has_mode_0600_in_a_directory_of_mode_0700_and_goes_with_its_session()
    {
        using (Tunnel tunnel = Open())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PageFile()));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Place));
            Assert.Empty(tunnel.Host.Reports);
        }

        Assert.Empty(Directory.GetFiles(Place));
    }

    [Fact]
    public void A_directory_that_is_removed_meanwhile_stays_removed()
    {
        using (Open())
        {
            Directory.Delete(Place, recursive: true);
        }

        Assert.False(Directory.Exists(Place));
    }

    [Fact]
    public void A_page_says_whose_it_is_and_what_the_session_is()
    {
        using Tunnel tunnel = Open("stats=on,gro=off,other.gso=off");
        StatisticsPage page = ReadPage();

        Assert.True(ProcessIdentity.TryFind(Environment.ProcessId, out ProcessIdentity self));
        Assert.Equal(self, new ProcessIdentity(page.Header.ProcessId, page.Header.ProcessStart));
        Assert.Equal("n0", page.Description.Id.ToString());
        Assert.Equal("udp", page.Description.Carrier.ToString());
        Assert.Equal($"{tunnel.Subnet.Plane}:1701", page.Description.Source.ToString());
        Assert.Equal($"{tunnel.Subnet.Peer}:{tunnel.Peer.Port}", page.State.Peer.ToString());
        Assert.Equal((tunnel.Netdev.TransmitSessionId, tunnel.Netdev.ReceiveSessionId), (page.Description.TransmitSessionId, page.Description.ReceiveSessionId));
        Assert.Equal((8, tunnel.Netdev.HeaderSize), (page.Description.ReceiveCookieLength, page.Description.ReceiveHeaderLength));
        Assert.Equal("counting", page.Description.Counter.ToString());
        Assert.Equal($"stats={Place},stats=on,gro=off", page.Description.Settings.ToString());
        Assert.Equal(1, page.State.HasRoute);
    }

    [Fact]
    public void Counters_in_the_page_are_the_sessions_own_at_once()
    {
        using Tunnel tunnel = Open();
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.SendFromPeer(TestFrames.Create(61));
        tunnel.Session.ReadUntil(2);
        tunnel.Session.Send(TestFrames.Create(62));

        TrafficCounters traffic = ReadPage().Traffic;
        Assert.Equal((2u, 121u, 2u), (traffic.ReceivedFrames, traffic.ReceivedBytes, traffic.ReceivedDatagrams));
        Assert.Equal((1u, 62u, 1u), (traffic.TransmittedFrames, traffic.TransmittedBytes, traffic.TransmitCalls));
        Assert.Equal(1u, traffic.TransmitBatches[0]);
    }

    [Fact]
    public void A_run_counts_its_datagrams()
    {
        using Tunnel tunnel = Open();
        tunnel.Session.Send(Enumerable.Repeat(TestFrames.Create(60), 10));
        tunnel.Peer.SetSegmentSize(tunnel.Netdev.HeaderSize + 60);
        byte[] datagram = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60));
        tunnel.SendFromPeer(tunnel.Peer, Enumerable.Repeat(datagram, 5).SelectMany(bytes => bytes).ToArray());
        tunnel.Session.ReadUntil(5);

        TrafficCounters traffic = ReadPage().Traffic;
        Assert.Equal((1u, 10u), (traffic.TransmittedRuns, traffic.TransmittedRunDatagrams));
        Assert.Equal((1u, 5u, 5u), (traffic.ReceivedRuns, traffic.ReceivedRunDatagrams, traffic.ReceivedDatagrams));
    }

    [Fact]
    public void A_refused_datagram_leaves_what_was_wrong_with_it()
    {
        using Tunnel tunnel = Open();
        L2tpv3Netdev peer = tunnel.Netdev.OtherEnd();
        tunnel.SendFromPeer(tunnel.Peer, (peer with { TransmitSessionId = 0x4711 }).Datagram(TestFrames.Create(60)));
        tunnel.SendFromPeer(tunnel.Peer, [0x00, 0x02, 0, 0, .. peer.Datagram(TestFrames.Create(60))[4..]]);
        tunnel.SendFromPeer(tunnel.Peer, [1, 2, 3]);
        tunnel.Session.ReadUntilDropped(3);

        DropTable drops = ReadPage().Drops;
        Assert.Equal((1u, 0x4711u), (drops[(int)DropReason.WrongSession].Count, drops[(int)DropReason.WrongSession].LastValue));
        Assert.Equal((1u, 2u), (drops[(int)DropReason.WrongVersion].Count, drops[(int)DropReason.WrongVersion].LastValue));
        Assert.Equal((1u, 3u), (drops[(int)DropReason.ShortHeader].Count, drops[(int)DropReason.ShortHeader].LastValue));
    }

    [Fact]
    public void No_cookie_is_in_the_page_neither_ours_nor_one_that_was_refused()
    {
        using Tunnel tunnel = Open();
        L2tpv3Netdev peer = tunnel.Netdev.OtherEnd();
        const ulong foreign = 0xE1E2_E3E4_E5E6_E7E8;
        tunnel.SendFromPeer(tunnel.Peer, (peer with { TransmitCookie = foreign }).Datagram(TestFrames.Create(60)));
        tunnel.Session.ReadUntilDropped(1);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
        _ = tunnel.Info();

        byte[] page = File.ReadAllBytes(PageFile());
        Assert.True(page.AsSpan().IndexOf(Bytes(tunnel.Netdev.ReceiveSessionId)) >= 0, "the search finds what is there");
        foreach (ulong cookie in (ulong[])[TransmitCookie, ReceiveCookie, foreign])
        {
            foreach (uint half in (uint[])[(uint)(cookie >> 32), (uint)cookie])
            {
                Assert.Equal(-1, page.AsSpan().IndexOf(Bytes(half)));
                Assert.Equal(-1, page.AsSpan().IndexOf(Bytes(BinaryPrimitives.ReverseEndianness(half))));
            }
        }
    }

    [Fact]
    public void A_guest_that_takes_no_more_shows_until_it_does()
    {
        using Tunnel tunnel = Open();
        tunnel.Host.FullAt.Add(1);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
        Assert.Equal((1u, 1u), (ReadPage().Traffic.GuestIsFull, ReadPage().Traffic.GuestFullCount));

        tunnel.Session.Delivered(60);
        Assert.Equal((0u, 1u), (ReadPage().Traffic.GuestIsFull, ReadPage().Traffic.GuestFullCount));
    }

    [Fact]
    public void A_link_that_is_down_shows()
    {
        using Tunnel tunnel = Open();
        tunnel.Session.SetLink(up: false);
        Assert.Equal(1u, ReadPage().Traffic.LinkIsDown);
        tunnel.Session.SetLink(up: true);
        Assert.Equal(0u, ReadPage().Traffic.LinkIsDown);
    }

    [Fact]
    public void The_page_of_a_process_that_was_killed_is_removed_and_that_of_another_stays()
    {
        Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.True(ProcessIdentity.TryFind(1, out ProcessIdentity init));
        string stale = Path.Combine(Place, new PageName(new ProcessIdentity(init.Id, init.Start + 1), 1, PidNamespace.Own).ToString());
        string alive = Path.Combine(Place, new PageName(init, 1, PidNamespace.Own).ToString());
        string other = Path.Combine(Place, "notes");
        foreach (string file in (string[])[stale, alive, other])
        {
            File.WriteAllText(file, string.Empty);
        }

        using Tunnel tunnel = Open();
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(alive));
        Assert.True(File.Exists(other));
    }

    /// <summary>A directory that is shared with containers: their processes are not seen here.</summary>
    [Fact]
    public void The_page_of_another_pid_namespace_stays_though_no_process_here_has_its_number()
    {
        Directory.CreateDirectory(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string foreign = Path.Combine(Place, new PageName(new ProcessIdentity(int.MaxValue, 1), 1, PidNamespace.Own + 1).ToString());
        File.WriteAllText(foreign, string.Empty);
        using Tunnel tunnel = Open();
        Assert.True(File.Exists(foreign));
    }

    /// <summary>As after -runas: the directory is not this user's any more.</summary>
    [Fact]
    public void A_page_that_cannot_be_removed_is_no_page_any_more()
    {
        string file;
        using (Tunnel tunnel = Open())
        {
            file = PageFile();
            ProcessRunner.Check("chown", "65534", Place);
        }

        Assert.Equal(PageVerdict.NoPage, StatisticsPage.TryRead(File.ReadAllBytes(file), out _));
    }

    [Fact]
    public void Without_statistics_there_is_no_page_and_nothing_to_say()
    {
        using Tunnel tunnel = Open("stats=off");
        Assert.False(Directory.Exists(Place));
        Assert.Empty(tunnel.Host.Reports);
    }

    /// <summary>A reader on another processor, as StatisticsPage.cs has it: the Sequence is even, and the same before and after.</summary>
    [Fact]
    public async Task A_reader_sees_settings_whole_while_they_change()
    {
        (string Name, string Value)[] settings = [("gro", "on"), ("mssfix", "off"), ("tos", "inherit"), ("ttl", "255"), ("gso", "uneven")];
        using Tunnel tunnel = Open("gro=on,mssfix=off,tos=inherit,ttl=255,gso=uneven");
        using CancellationTokenSource done = new();
        string file = PageFile();
        Task<HashSet<string>> reading = Task.Run(() => SettingsSeen(file, done.Token), TestContext.Current.CancellationToken);
        HashSet<string> written = new(StringComparer.Ordinal) { ReadPage().Description.Settings.ToString() };
        for (int i = 0; i < 100_000; i++)
        {
            // What is set moves to the end: each text differs from the one before everywhere.
            Assert.Empty(tunnel.Session.Set(settings[i % settings.Length].Name, settings[i % settings.Length].Value));
            if (i <= settings.Length)
            {
                written.Add(ReadPage().Description.Settings.ToString());
            }
        }

        await done.CancelAsync();
        HashSet<string> seen = await reading;
        Assert.InRange(seen.Count, 1, written.Count);
        Assert.Subset(written, seen);
    }

    public static TheoryData<string> BadPlaces => ["symlink", "file", "writable", "foreign", "missing parent"];

    /// <summary>An attacker may make what the name says first, where the parent directory is everybody's.</summary>
    [Theory]
    [MemberData(nameof(BadPlaces))]
    public void A_place_that_is_not_this_users_own_directory_is_not_written_to_and_frames_go_on(string kind)
    {
        using TemporaryDirectory elsewhere = new();
        string settings = $"stats={Place}";
        switch (kind)
        {
            case "symlink":
                File.CreateSymbolicLink(Place, elsewhere.Path);
                break;
            case "file":
                File.WriteAllText(Place, string.Empty);
                break;
            case "writable":
                Directory.CreateDirectory(Place);
                File.SetUnixFileMode(Place, (UnixFileMode)0b111_111_111);
                break;
            case "foreign":
                Directory.CreateDirectory(Place);
                ProcessRunner.Check("chown", "65534", Place);
                break;
            default:
                settings = $"stats={Place}/below";
                break;
        }

        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(1u, tunnel.Session.Counters.ReceivedFrames);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
        Assert.Empty(Directory.Exists(Place) ? Directory.GetFileSystemEntries(Place) : []);
    }

    /// <summary>The names are predictable, so a link may wait there; O_EXCL refuses it.</summary>
    [Fact]
    public void A_symbolic_link_in_the_place_of_the_page_is_not_followed()
    {
        string number = Path.GetFileName(PageFileOf(Open));
        Assert.True(PageName.TryParse(number, out PageName name));
        using TemporaryDirectory elsewhere = new();
        for (int i = 1; i <= 20; i++)
        {
            File.CreateSymbolicLink(Path.Combine(Place, (name with { Number = name.Number + i }).ToString()), elsewhere.File($"target{i}"));
        }

        using Tunnel tunnel = Open();
        Assert.Empty(Directory.GetFiles(elsewhere.Path));
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
    }

    private static unsafe HashSet<string> SettingsSeen(string file, CancellationToken done)
    {
        using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(file, FileMode.Open, mapName: null, StatisticsPage.FileSize, MemoryMappedFileAccess.ReadWrite);
        using MemoryMappedViewAccessor view = mapping.CreateViewAccessor();
        HashSet<string> seen = new(StringComparer.Ordinal);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            StatisticsPage* page = (StatisticsPage*)start;
            // Once more when nothing is written any longer: a busy machine may have let the reader in at no other time.
            bool isLast;
            do
            {
                isLast = done.IsCancellationRequested;
                ulong before = Volatile.Read(ref page->State.Sequence);
                Text256 settings = page->Description.Settings;
                Thread.MemoryBarrier();
                if (before % 2 == 0 && Volatile.Read(ref page->State.Sequence) == before)
                {
                    seen.Add(settings.ToString());
                }
            }
            while (!isLast);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        return seen;
    }

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(value);

    private string PageFileOf(Func<string, Tunnel> open)
    {
        using Tunnel tunnel = open("stats=on");
        return PageFile();
    }

    private Tunnel Open(string settings = "stats=on") => Tunnels.Open(
        lab,
        "udp4",
        $"stats={Place},{settings}",
        netdev => netdev with { TransmitCookie = TransmitCookie, ReceiveCookie = ReceiveCookie });

    private string PageFile() => Assert.Single((IEnumerable<string>)Directory.GetFiles(Place));

    private StatisticsPage ReadPage()
    {
        Assert.Equal(PageVerdict.Good, StatisticsPage.TryRead(File.ReadAllBytes(PageFile()), out StatisticsPage page));
        return page;
    }
}
