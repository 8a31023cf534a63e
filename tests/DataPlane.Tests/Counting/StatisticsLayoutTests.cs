// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace DataPlane.Tests.Counting;

/// <summary>
/// The layout of version 4 as literals. Whoever has to change one of them has changed the layout: raise
/// StatisticsPage.CurrentVersion, for a running QEMU has pages of the old one.
/// </summary>
public sealed class StatisticsLayoutTests
{
    [Fact]
    public void Each_part_of_the_page_is_where_version_4_has_it()
    {
        StatisticsPage page = default;
        Assert.Equal(0, Offset(ref page, ref page.Header));
        Assert.Equal(64, Offset(ref page, ref page.Description));
        Assert.Equal(960, Offset(ref page, ref page.State));
        Assert.Equal(1664, Offset(ref page, ref page.Traffic));
        Assert.Equal(2176, Offset(ref page, ref page.Drops));
    }

    [Fact]
    public void Each_counter_is_where_version_4_has_it()
    {
        TrafficCounters counters = default;
        Assert.Equal(0, Offset(ref counters, ref counters.TransmittedFrames));
        Assert.Equal(72, Offset(ref counters, ref counters.ReceivedFrames));
        Assert.Equal(144, Offset(ref counters, ref counters.SequenceLost));
        Assert.Equal(160, Offset(ref counters, ref counters.InternalErrors));
        Assert.Equal(168, Offset(ref counters, ref counters.GuestIsFull));
        Assert.Equal(192, Offset(ref counters, ref counters.TransmitBatches));
        Assert.Equal(280, Offset(ref counters, ref counters.ReceiveBatches));
        Assert.Equal(368, Offset(ref counters, ref counters.SegmentDatagrams));
        Assert.Equal(376, Offset(ref counters, ref counters.SocketDrops));
    }

    [Fact]
    public void What_tells_the_sockets_drops_is_where_version_4_has_it()
    {
        LiveState state = default;
        Assert.Equal(608, Offset(ref state, ref state.SocketDropsSeen));
        Assert.Equal(612, Offset(ref state, ref state.SocketDropsCount));
        Assert.Equal(616, Offset(ref state, ref state.SocketInode));
    }

    [Fact]
    public void The_version_is_4_and_the_page_fits_its_file()
    {
        Assert.Equal(5u, StatisticsPage.CurrentVersion);
        Assert.Equal(4096, StatisticsPage.FileSize);
        Assert.Equal(3200, Unsafe.SizeOf<StatisticsPage>());
        Assert.Equal(64, DropTable.Capacity);
    }

    /// <summary>What an assignment of a pointer to a counter costs, and whether a reader sees half of it, hangs on this.</summary>
    [Fact]
    public void Counters_are_aligned_words_and_begin_a_cache_line()
    {
        StatisticsPage page = default;
        Assert.Equal(0, Offset(ref page, ref page.Traffic) % 64);
        Assert.Equal(0, Offset(ref page, ref page.Drops) % 64);
        Assert.Equal(16, Unsafe.SizeOf<DropCounter>());
    }

    /// <summary>The table is indexed by the number of the reason. Path security and sequence numbers may append reasons.</summary>
    [Fact]
    public void There_is_room_for_every_reason()
    {
        Assert.InRange(DropReasons.Count, 1, DropTable.Capacity);
        Assert.Equal(7, (int)DropReason.WrongSession);
        Assert.Equal(8, (int)DropReason.WrongCookie);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(64, 6)]
    [InlineData(1023, 9)]
    [InlineData(1024, 10)]
    [InlineData(100_000, 10)]
    public void A_batch_is_counted_in_the_class_of_its_size(int messages, int expected) => Assert.Equal(expected, BatchSizes.ClassOf(messages));

    [Fact]
    public void A_text_is_cut_at_the_last_whole_character_and_read_without_what_moves_a_terminal()
    {
        Text16 text = default;
        PageText.Write(text, "0123456789abcde€");
        Assert.Equal("0123456789abcde", text.ToString());

        PageText.Write(text, "a\u001b[2J\u202eb");
        Assert.Equal("a?[2J?b", text.ToString());
    }

    [Fact]
    public void A_page_is_refused_that_is_short_foreign_of_another_version_or_just_being_written()
    {
        byte[] file = new byte[StatisticsPage.FileSize];
        Assert.Equal(PageVerdict.NoPage, StatisticsPage.TryRead(file, out _));

        StatisticsPage page = default;
        page.Header.Magic = StatisticsPage.Magic;
        Assert.Equal(PageVerdict.OtherVersion, Read(page));
        page.Header.Version = StatisticsPage.CurrentVersion;
        page.Header.Size = StatisticsPage.FileSize;
        Assert.Equal(PageVerdict.Good, Read(page));
        page.State.Sequence = 3;
        Assert.Equal(PageVerdict.Changing, Read(page));
        MemoryMarshal.Write(file, page);
        Assert.Equal(PageVerdict.NoPage, StatisticsPage.TryRead(file.AsSpan(0, StatisticsPage.FileSize - 1), out _));

        PageVerdict Read(StatisticsPage value)
        {
            MemoryMarshal.Write(file, value);
            return StatisticsPage.TryRead(file, out _);
        }
    }

    [Theory]
    [InlineData("1-2-3", true)]
    [InlineData("1-2", false)]
    [InlineData("1-2-3-4", true)]
    [InlineData("1-2-3-x", false)]
    [InlineData("1-2-3-4-5", false)]
    [InlineData("-1-2-3", false)]
    [InlineData("1-2-x", false)]
    [InlineData("l2tp-2-3", false)]
    public void A_file_name_is_a_page_only_when_it_is_three_or_four_numbers(string name, bool expected)
    {
        Assert.Equal(expected, PageName.TryParse(name, out PageName page));
        Assert.Equal(expected ? name : "0-0-0", page.ToString());
    }

    [Theory]
    [InlineData("7 (qemu) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20", 7, 4242)]
    [InlineData("7 (a ) R 9 (b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20", 7, 4242)]
    public void A_process_is_known_by_its_start_whatever_its_name(string stat, int id, ulong start)
    {
        Assert.True(ProcessIdentity.TryParse(stat, out ProcessIdentity identity));
        Assert.Equal(new ProcessIdentity(id, start), identity);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 qemu S")]
    [InlineData("7 (qemu) S 1 2")]
    public void A_text_that_is_no_process_is_refused(string stat) => Assert.False(ProcessIdentity.TryParse(stat, out _));

    [Theory]
    [InlineData(null, "/run/qemu-l2tpv3")]
    [InlineData("", "/run/qemu-l2tpv3")]
    [InlineData("run/user", "/run/qemu-l2tpv3")]
    [InlineData("/run/user/1000", "/run/user/1000/qemu-l2tpv3")]
    [InlineData("/run/user/1000/", "/run/user/1000/qemu-l2tpv3")]
    public void Pages_are_in_the_runtime_directory_of_the_user_or_of_the_system(string? runtime, string expected) =>
        Assert.Equal(expected, PageDirectory.Of(runtime));

    private static int Offset<TWhole, TPart>(ref TWhole whole, ref TPart part)
        where TWhole : struct
        where TPart : struct =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<TWhole, byte>(ref whole), ref Unsafe.As<TPart, byte>(ref part));
}
