// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Vhost.Tests.Protocol;

/// <summary>Messages that no front-end sends: the connection ends with a reason, or the request is refused; the program goes on.</summary>
public sealed class BadMessageTests : IDisposable
{
    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    /// <summary>Request, payload, and how many descriptors come with it.</summary>
    public static TheoryData<string, uint, ulong[], int, string> Refused => new()
    {
        { "an unknown request", 99, [], 0, "unknown" },
        { "a request that was not offered", 24, [], 0, "unknown" },
        { "features without a number", 2, [], 0, "bytes" },
        { "features with two numbers", 2, [0, 0], 0, "bytes" },
        { "a ring of three entries", 8, [0 | (3UL << 32)], 0, "3 entries" },
        { "a ring of no entries", 8, [0], 0, "0 entries" },
        { "a ring of 65536 entries", 8, [0 | (65_536UL << 32)], 0, "65536 entries" },
        { "a third ring", 8, [2 | (8UL << 32)], 0, "no queue 2" },
        { "a ring far away", 18, [uint.MaxValue | (1UL << 32)], 0, "no queue" },
        { "a base that is too large", 10, [0 | (65_536UL << 32)], 0, "base" },
        { "a kick without its descriptor", 12, [0], 0, "descriptors" },
        { "a kick with a descriptor that is not one", 12, [0x100], 1, "descriptors" },
        { "a kick for a third ring", 12, [2], 1, "no queue 2" },
        { "a kick that cannot be polled", 12, [0], 1, "epoll_ctl" },
        { "addresses that are cut off", 9, [0, 0, 0, 0], 0, "bytes" },
        { "a memory table without descriptors", 5, [1, 0, 0x1000, 0, 0], 0, "descriptors" },
        { "a memory table that is cut off", 5, [1, 0, 0x1000, 0], 1, "bytes" },
        { "a memory table of nine regions", 5, [9, .. new ulong[36]], 8, "regions" },
        { "a memory table of no bytes", 5, [], 0, "bytes" },
        { "memory beyond its file", 5, [1, 0, 1UL << 40, 0, 0], 1, "memory file" },
        { "memory of no bytes", 5, [1, 0, 0, 0, 0], 1, "memory file" },
        { "memory whose end is before its begin", 5, [1, 0, 0x1000, 0, ulong.MaxValue], 1, "memory file" },
        { "two regions at one address", 5, [2, 0, 0x1000, 0, 0, 0, 0x1000, 0x10_000, 0], 2, "overlap" },
        { "a region without a descriptor", 37, [0, 0, 0x1000, 0, 0], 0, "descriptors" },
        { "to remove a region that is not there", 38, [0, 0, 0x1000, 0, 0], 0, "no such" },
        { "a log of no bytes", 6, [0, 0], 1, "log" },
        { "a log beyond its file", 6, [1UL << 33, 0], 1, "memory file" },
        { "a log without a descriptor", 6, [0x1000, 0], 0, "descriptors" },
        { "an in-flight region for no queues", 31, [0, 0, 0], 0, "queues" },
        { "an in-flight region that is too small", 32, [64, 0, 2 | (64UL << 16)], 1, "region of 64" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_request_that_makes_no_sense_is_refused(string what, uint request, ulong[] payload, int descriptors, string why)
    {
        FrontEnd.Send(16, 0x1901fUL);
        int before = CountDescriptors();
        FrontEnd.Send(request, MemoryMarshal.AsBytes<ulong>(payload), TestFrontEnd.NeedReply, [.. Enumerable.Repeat(FrontEnd.Ram.Descriptor, descriptors)]);
        Assert.True(FrontEnd.Read() is { Number: 1 }, what);
        Assert.Contains(why, _bench.Log, StringComparison.Ordinal);
        Assert.Equal(0UL, FrontEnd.Ask(3));
        Assert.Equal(before, CountDescriptors());
    }

    [Theory]
    [InlineData(0u, 0u, "version 0")]
    [InlineData(2u, 0u, "version 2")]
    [InlineData(1u, 1025u, "1025 bytes")]
    [InlineData(1u, uint.MaxValue, "4294967295 bytes")]
    public void A_header_that_is_none_ends_the_connection(uint flags, uint size, string why)
    {
        FrontEnd.SendBytes(MemoryMarshal.AsBytes<uint>([1, flags, size]));
        FrontEnd.AssertEnds(why);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(28)]
    public void More_descriptors_than_there_are_regions_end_the_connection_and_none_is_kept(int count)
    {
        int before = CountDescriptors();
        FrontEnd.SendBytes(MemoryMarshal.AsBytes<uint>([3, 1, 0]), [.. Enumerable.Repeat(FrontEnd.Ram.Descriptor, count)]);
        FrontEnd.AssertEnds("more than 8 descriptors");
        Assert.InRange(CountDescriptors(), 0, before);
    }

    [Fact]
    public void A_message_may_come_byte_by_byte()
    {
        byte[] message = [.. MemoryMarshal.AsBytes<uint>([39, 1, 8, 7, 0])];
        foreach (byte part in message)
        {
            FrontEnd.SendBytes([part]);
            _bench.Run();
        }

        FrontEnd.Send(40);
        Assert.Equal(7UL, FrontEnd.Read().Number);
    }

    [Fact]
    public void Two_messages_may_come_at_once()
    {
        FrontEnd.SendBytes(MemoryMarshal.AsBytes<uint>([17, 1, 0, 36, 1, 0]));
        _bench.Run();
        byte[] all = ReadAll();
        Assert.Equal(40, all.Length);
        Assert.Equal(17u, BitConverter.ToUInt32(all));
        Assert.Equal(36u, BitConverter.ToUInt32(all, 20));
    }

    /// <summary>A front-end that asks and does not listen is cut off, and does not stop the frames.</summary>
    [Fact]
    public void A_front_end_that_reads_no_answers_is_cut_off()
    {
        for (int i = 0; i < 20_000 && !_bench.Log.Contains("cannot be answered", StringComparison.Ordinal); i++)
        {
            try
            {
                FrontEnd.Send(1);
            }
            catch (Xunit.Sdk.XunitException)
            {
                break;
            }
        }

        Assert.Contains("cannot be answered", _bench.Log, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private int CountDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(path =>
        new FileInfo(path).LinkTarget?.Contains(FrontEnd.Ram.Name, StringComparison.Ordinal) == true);

    private byte[] ReadAll()
    {
        List<byte> bytes = [];
        byte[] part = FrontEnd.ReadBytes();
        while (part.Length != 0)
        {
            bytes.AddRange(part);
            part = FrontEnd.ReadBytes();
        }

        return [.. bytes];
    }
}
