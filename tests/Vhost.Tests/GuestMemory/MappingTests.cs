// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;

namespace Vhost.Tests.GuestMemory;

/// <summary>Files of a front-end in our memory.</summary>
public sealed unsafe class MappingTests : IDisposable
{
    private readonly GuestRam _ram = new(0x10_000);

    [Theory]
    [InlineData(0, 0x10_000)]
    [InlineData(0x1000, 0xF000)]
    [InlineData(0x1234, 0x100)]
    public void A_part_of_a_file_is_mapped_wherever_it_begins(int offset, int size)
    {
        using Mapping mapping = Map(offset, size);
        _ram.At(offset, 4).Fill(7);
        Assert.Equal(0x07070707u, *(uint*)mapping.Start);
        mapping.Start[size - 1] = 9;
        Assert.Equal(9, _ram.At(offset + size - 1, 1)[0]);
    }

    [Theory]
    [InlineData(0, 0x10_001)]
    [InlineData(0x10_000, 1)]
    [InlineData(0, 0)]
    [InlineData(0x1000, -0x1000)]
    [InlineData(-1, 1)]
    public void A_part_that_the_file_does_not_have_is_refused(int offset, int size) =>
        Assert.Throws<SystemCallException>(() => Map(offset, size));

    [Fact]
    public void Memory_that_was_cut_off_reads_as_zeros_and_is_marked()
    {
        using Mapping mapping = Map(0, 0x10_000);
        _ram.At(0x8000, 1)[0] = 5;
        Assert.Equal(5, mapping.Start[0x8000]);
        Assert.False(mapping.IsLost);
        uint hits = Guard.Hits();
        _ram.Cut(0x1000);
        Assert.Equal(0, Volatile.Read(ref mapping.Start[0x8000]));
        Assert.True(mapping.IsLost);
        Assert.NotEqual(hits, Guard.Hits());
        mapping.Start[0x8000] = 1;
        Assert.Equal(1, mapping.Start[0x8000]);
    }

    [Fact]
    public void A_mapping_beside_one_that_was_cut_off_is_not_marked()
    {
        using GuestRam other = new(0x1000);
        using Mapping lost = Map(0, 0x10_000);
        using Mapping whole = new(new FileDescriptor(other.Descriptor), 0, 0x1000);
        _ram.Cut(0);
        Assert.Equal(0, Volatile.Read(ref lost.Start[0]));
        Assert.True(lost.IsLost);
        Assert.False(whole.IsLost);
        other.At(0, 1)[0] = 3;
        Assert.Equal(3, whole.Start[0]);
    }

    [Fact]
    public void The_log_marks_each_page_that_was_written_and_no_other()
    {
        using DirtyLog log = new(Map(0, 0x100));
        log.Mark(0x5000, 1);
        log.Mark(0x7FFF, 2);
        log.Mark(0x20_000, 0x1001);
        Assert.Equal([0b1010_0000, 0b0000_0001, 0, 0, 0b0000_0011, 0], _ram.At(0, 6).ToArray());
    }

    [Theory]
    [InlineData(0x100ul * 8 * 4096, 1)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue, 2)]
    [InlineData(0x1000, 0)]
    public void What_lies_beyond_the_log_is_not_marked(ulong address, ulong length)
    {
        using DirtyLog log = new(Map(0, 0x100));
        log.Mark(address, length);
        Assert.True(_ram.At(0, 0x1000).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_log_marks_up_to_its_last_page()
    {
        using DirtyLog log = new(Map(0, 0x100));
        log.Mark((0x100 * 8 * 4096) - 1, 0x10_000);
        Assert.Equal(0x80, _ram.At(0xFF, 1)[0]);
        Assert.Equal(0, _ram.At(0x100, 1)[0]);
    }

    public void Dispose() => _ram.Dispose();

    private Mapping Map(long offset, long size) => new(new FileDescriptor(_ram.Descriptor), (ulong)offset, (ulong)size);
}
