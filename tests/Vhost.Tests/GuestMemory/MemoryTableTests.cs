// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.GuestMemory;

namespace Vhost.Tests.GuestMemory;

/// <summary>Where a guest's bytes are.</summary>
public sealed unsafe class MemoryTableTests : IDisposable
{
    private readonly GuestRam _ram = new(0x10_000);
    private readonly MemoryTable _table = new();

    [Fact]
    public void An_empty_table_has_no_address()
    {
        Assert.True(_table.Find(0, out ulong length) == null);
        Assert.Equal(0ul, length);
        Assert.True(_table.FindUser(0, 1) == null);
    }

    [Fact]
    public void Each_address_of_a_region_is_found_and_no_other()
    {
        Add(0x1000, 0x9000, 0, 0x1000);
        Add(0x5000, 0xF000, 0x2000, 0x1000);
        Assert.True(_table.Find(0x1000, out ulong length) == _ram.Start);
        Assert.Equal(0x1000ul, length);
        Assert.True(_table.Find(0x5FFF, out length) == _ram.Start + 0x2FFF);
        Assert.Equal(1ul, length);
        foreach (ulong address in (ulong[])[0, 0xFFF, 0x2000, 0x4FFF, 0x6000, 0x9000, ulong.MaxValue])
        {
            Assert.True(_table.Find(address, out _) == null, $"0x{address:x}");
        }
    }

    [Fact]
    public void Of_many_regions_each_is_found_wherever_the_last_look_was()
    {
        for (ulong i = 0; i < 16; i++)
        {
            Add(((i * 7) % 16) * 0x2000, 0x100_0000 + (i * 0x2000), (int)i * 0x1000, 0x1000);
        }

        for (ulong i = 0; i < 16; i++)
        {
            for (ulong j = 0; j < 16; j++)
            {
                Assert.True(_table.Find(((i * 7) % 16) * 0x2000, out _) == _ram.Start + (i * 0x1000));
                Assert.True(_table.Find(((j * 7) % 16) * 0x2000 + 0x1000, out _) == null);
            }
        }
    }

    [Theory]
    [InlineData(0x9000, 0x1000, true)]
    [InlineData(0x9FFF, 1, true)]
    [InlineData(0x9FFF, 2, false)]
    [InlineData(0x8FFF, 1, false)]
    [InlineData(0x9800, ulong.MaxValue, false)]
    public void A_user_address_has_all_bytes_of_one_region_or_none(ulong address, ulong length, bool isFound)
    {
        Add(0x1000, 0x9000, 0, 0x1000);
        Add(0x2000, 0xA000 + 0x1000, 0x1000, 0x1000);
        Assert.Equal(isFound, _table.FindUser(address, length) != null);
    }

    [Theory]
    [InlineData(0x1800, 0x20_0000, 0x1000)]
    [InlineData(0x0800, 0x20_0000, 0x1000)]
    [InlineData(0x8000, 0x9800, 0x1000)]
    [InlineData(ulong.MaxValue - 0x7FF, 0x20_0000, 0x1000)]
    [InlineData(0x8000, ulong.MaxValue - 0x7FF, 0x1000)]
    [InlineData(0x8000, 0x20_0000, 0)]
    public void A_region_that_overlaps_or_runs_over_the_end_is_refused(ulong guest, ulong user, ulong size)
    {
        Add(0x1000, 0x9000, 0, 0x1000);
        Assert.NotNull(_table.Add(new MemoryRegion(guest, user, _ram.Start, size)));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void A_region_that_is_removed_is_found_no_more()
    {
        Add(0x1000, 0x9000, 0, 0x1000);
        Assert.True(_table.Find(0x1000, out _) != null);
        Assert.False(_table.Remove(0x1000, 0x9000, 0x2000));
        Assert.True(_table.Remove(0x1000, 0x9000, 0x1000));
        Assert.True(_table.Find(0x1000, out _) == null);
    }

    [Fact]
    public void There_is_an_end_to_the_number_of_regions()
    {
        for (int i = 0; i < MemoryTable.MaximumRegions; i++)
        {
            Add((ulong)i * 0x1000, (ulong)i * 0x1000, 0, 0x1000);
        }

        Assert.NotNull(_table.Add(new MemoryRegion(1UL << 40, 1UL << 40, _ram.Start, 0x1000)));
    }

    public void Dispose()
    {
        _table.Dispose();
        _ram.Dispose();
    }

    private void Add(ulong guest, ulong user, int offset, ulong size) => Assert.Null(_table.Add(new MemoryRegion(guest, user, _ram.Start + offset, size)));
}
