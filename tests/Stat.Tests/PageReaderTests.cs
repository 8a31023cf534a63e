// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>root looks into directories of users: what lies there may mean no good.</summary>
public sealed class PageReaderTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_page_of_a_process_that_runs_is_read()
    {
        (string name, StatisticsPage page) = Pages.Own();
        Pages.Write(_directory.File(name), page);
        Netdev netdev = Assert.Single(Reader().ReadAll());
        Assert.Equal("n0", netdev.Id);
        Assert.Equal(2000u, netdev.Page.Traffic.ReceivedFrames);
    }

    [Fact]
    public void The_page_of_a_process_that_is_gone_is_ignored_also_when_its_pid_runs_again()
    {
        (string name, StatisticsPage page) = Pages.Own();
        Assert.True(PageName.TryParse(name, out PageName own));
        ProcessIdentity earlier = own.Process with { Start = own.Process.Start - 1 };
        page.Header.ProcessStart = earlier.Start;
        Pages.Write(_directory.File(new PageName(earlier, 1, PidNamespace.Own).ToString()), page);
        Assert.Empty(Reader().ReadAll());
    }

    [Fact]
    public void A_page_that_says_another_process_than_its_name_is_ignored()
    {
        (string name, StatisticsPage page) = Pages.Own();
        page.Header.ProcessId = 1;
        Pages.Write(_directory.File(name), page);
        Assert.Empty(Reader().ReadAll());
    }

    [Fact]
    public void A_page_of_another_version_is_counted_and_not_read()
    {
        (string name, StatisticsPage page) = Pages.Own();
        page.Header.Version++;
        Pages.Write(_directory.File(name), page);
        PageReader reader = Reader();
        Assert.Empty(reader.ReadAll());
        Assert.Equal(1, reader.OtherVersions);
    }

    [Fact]
    public void A_page_that_is_being_written_for_ever_is_given_up()
    {
        (string name, StatisticsPage page) = Pages.Own();
        page.State.Sequence = 1;
        Pages.Write(_directory.File(name), page);
        Assert.Empty(Reader().ReadAll());
    }

    [Fact]
    public void A_symbolic_link_is_not_followed()
    {
        (string name, StatisticsPage page) = Pages.Own();
        using TemporaryDirectory elsewhere = new();
        Pages.Write(elsewhere.File("page"), page);
        File.CreateSymbolicLink(_directory.File(name), elsewhere.File("page"));
        Assert.Empty(Reader().ReadAll());
    }

    [Fact]
    public void Neither_a_FIFO_nor_a_directory_nor_a_short_file_stops_the_reader()
    {
        ProcessRunner.Check("mkfifo", _directory.File(Pages.Own(1).Name));
        Directory.CreateDirectory(_directory.File(Pages.Own(2).Name));
        File.WriteAllBytes(_directory.File(Pages.Own(3).Name), new byte[100]);
        File.WriteAllBytes(_directory.File("notes"), new byte[100]);
        (string name, StatisticsPage page) = Pages.Own(4);
        Pages.Write(_directory.File(name), page);
        Assert.Single(Reader().ReadAll());
    }

    public static TheoryData<string> Forgeries => ["file", "directory", "both", "writable file", "writable directory"];

    /// <summary>The processes are root's; the one who plants is not.</summary>
    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_page_that_another_user_can_have_made_is_not_shown_and_that_is_said(string kind)
    {
        Requires.Root("chown");
        (string name, StatisticsPage page) = Pages.Own();
        string file = _directory.File(name);
        Pages.Write(file, page);
        foreach (string spoilt in kind switch { "both" => (string[])[file, _directory.Path], "file" or "writable file" => [file], _ => [_directory.Path] })
        {
            (string program, string how) = kind.StartsWith("writable", StringComparison.Ordinal) ? ("chmod", "o+w") : ("chown", Nobody);
            ProcessRunner.Check(program, how, spoilt);
        }

        PageReader reader = Reader();
        Assert.Empty(reader.ReadAll());
        Assert.StartsWith($"{_directory.Path}: 1 page is not shown: somebody else may have made", Assert.Single(reader.Refused), StringComparison.Ordinal);
    }

    /// <summary>-runas: the pages of a QEMU that began as root stay root's.</summary>
    [Theory]
    [InlineData("0", "0", true)]
    [InlineData(Nobody, Nobody, true)]
    [InlineData(Nobody, "0", true)]
    [InlineData("1", Nobody, false)]
    [InlineData(Nobody, "1", false)]
    public void The_page_of_another_users_process_is_his_own_or_roots(string directoryOwner, string fileOwner, bool expected)
    {
        Requires.Root("another user's process");
        using Process process = Process.Start("setpriv", ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "sleep", "60"]);
        try
        {
            Eventually.Get(() => ProcessUser.TryFind(process.Id, out uint user) ? user : 0, user => user == 65534, () => "it is his");
            Assert.True(ProcessIdentity.TryFind(process.Id, out ProcessIdentity identity));
            StatisticsPage page = Pages.Healthy();
            (page.Header.ProcessId, page.Header.ProcessStart) = (identity.Id, identity.Start);
            string file = _directory.File(new PageName(identity, 1, PidNamespace.Own).ToString());
            Pages.Write(file, page);
            ProcessRunner.Check("chown", fileOwner, file);
            ProcessRunner.Check("chown", directoryOwner, _directory.Path);
            Assert.Equal(expected ? 1 : 0, Reader().ReadAll().Count);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void The_page_of_another_pid_namespace_is_not_taken_for_one_of_this_and_that_is_said()
    {
        (string name, StatisticsPage page) = Pages.Own();
        Assert.True(PageName.TryParse(name, out PageName own));
        Pages.Write(_directory.File((own with { Namespace = own.Namespace + 1 }).ToString()), page);
        PageReader reader = Reader();
        Assert.Empty(reader.ReadAll());
        Assert.StartsWith($"{_directory.Path}: 1 page is not shown: from another pid namespace", Assert.Single(reader.Refused), StringComparison.Ordinal);
    }

    /// <summary>A QEMU that hangs, or whose guest is stopped, writes no page; the kernel goes on counting.</summary>
    [Theory]
    [InlineData(1, 7u, true)]
    [InlineData(1, uint.MaxValue, true)]
    [InlineData(0, 7u, false)]
    public void What_the_kernel_has_dropped_since_the_page_was_written_is_added(int counts, uint seenBefore, bool expected)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 100; i++)
        {
            sender.SendTo(new byte[1000], socket.LocalEndPoint!);
        }

        int kept = 0;
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            kept += socket.Receive(new byte[1000]) / 1000;
        }

        (string name, StatisticsPage page) = Pages.Own();
        page.Traffic.SocketDrops = 40;
        page.State.SocketDropsSeen = unchecked(0 - seenBefore);
        page.State.SocketDropsCount = counts;
        page.State.SocketInode = ulong.Parse(new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!["socket:[".Length..^1], CultureInfo.InvariantCulture);
        Pages.Write(_directory.File(name), page);
        uint since = unchecked((uint)(100 - kept) + seenBefore);
        Assert.NotEqual(100, kept);
        Assert.Equal(40 + (expected ? since : 0), Assert.Single(Reader().ReadAll()).Page.Traffic.SocketDrops);
    }

    /// <summary>Thousands of netdevs of one QEMU are thousands of lines, and each looks for its own.</summary>
    [Fact]
    public void What_the_kernel_says_of_all_sockets_is_read_once_for_all_netdevs_of_a_process()
    {
        const int Sockets = 500;
        const int Netdevs = 20;
        Socket[] sockets = [.. Enumerable.Range(0, Sockets).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))];
        try
        {
            long without = AllocatedByReading(Netdevs, inode: 0, sockets);
            long with = AllocatedByReading(Netdevs, inode: ulong.MaxValue, sockets);
            long table = File.ReadAllText("/proc/self/net/udp").Length;
            Assert.True(table > Sockets * 100, $"{table} characters");
            // As strings, line by line and word by word.
            Assert.InRange(with - without, table, 15 * table);
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    private long AllocatedByReading(int netdevs, ulong inode, Socket[] sockets)
    {
        foreach (Socket socket in sockets.Where(socket => !socket.IsBound))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }

        for (int i = 0; i < netdevs; i++)
        {
            (string name, StatisticsPage page) = Pages.Own(i);
            (page.State.SocketDropsCount, page.State.SocketInode) = (1, inode);
            Pages.Write(_directory.File(name), page);
        }

        PageReader reader = Reader();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(netdevs, reader.ReadAll().Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void A_page_of_an_earlier_version_whose_name_has_no_namespace_is_counted()
    {
        (string name, StatisticsPage page) = Pages.Own();
        Assert.True(PageName.TryParse(name, out PageName own));
        page.Header.Version--;
        Pages.Write(_directory.File((own with { Namespace = PidNamespace.Unknown }).ToString()), page);
        PageReader reader = Reader();
        Assert.Empty(reader.ReadAll());
        Assert.Equal(1, reader.OtherVersions);
    }

    [Fact]
    public void A_directory_that_was_asked_for_and_is_not_there_is_said()
    {
        string missing = Path.Combine(_directory.Path, "missing");
        PageReader reader = new([missing]);

        Assert.Empty(reader.ReadAll());
        Assert.Equal($"{missing}: No such file or directory", Assert.Single(reader.Refused));
    }

    private PageReader Reader() => new([_directory.Path]);
}
