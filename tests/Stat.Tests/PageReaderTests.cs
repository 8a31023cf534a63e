// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.IO;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;
using TestKit;

namespace Stat.Tests;

/// <summary>root looks into directories of users: what lies there may mean no good.</summary>
public sealed class PageReaderTests : IDisposable
{
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
        Pages.Write(_directory.File(new PageName(earlier, 1).ToString()), page);
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

    [Fact]
    public void A_directory_that_is_not_there_holds_no_netdev() => Assert.Empty(new PageReader(["/nonexistent"]).ReadAll());

    private PageReader Reader() => new([_directory.Path]);
}
