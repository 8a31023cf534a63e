// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.Rings;

namespace Vhost.Tests.Rings;

/// <summary>
/// The in-flight region (vhost-user, "Inflight I/O tracking"). A process that is killed is one that stops in the middle: the next queue begins with the
/// same region and the same ring.
/// </summary>
public sealed unsafe class InflightTests : IDisposable
{
    private const int Region = 0x80_000;
    private const int Version = Region + 8;
    private const int LastHead = Region + 12;
    private const int UsedIndex = Region + 14;
    private const int Entries = Region + 16;
    private static readonly RingBuffer s_buffer = new(RingBench.Address(RingBench.Buffers), 64);
    private readonly RingBench _bench = new();

    public InflightTests() => Begin();

    [Fact]
    public void A_new_region_gets_its_version_and_size()
    {
        Assert.Equal(1, _bench.Ram.Field<ushort>(Version));
        Assert.Equal(RingBench.Size, _bench.Ram.Field<ushort>(Region + 10));
        Assert.Equal(192ul, InflightRegion.BytesFor(RingBench.Size));
    }

    [Fact]
    public void A_chain_is_marked_from_when_it_is_taken_until_it_is_published()
    {
        _bench.Driver.Add(s_buffer);
        Assert.Equal(0, _bench.Ram.Field<byte>(Entries));
        Assert.True(_bench.TryTake(out ushort head));
        Assert.Equal(1, _bench.Ram.Field<byte>(Entries));
        _bench.Queue.Use(head, 0);
        Assert.Equal(1, _bench.Ram.Field<byte>(Entries));
        _bench.Queue.Publish();
        Assert.Equal(0, _bench.Ram.Field<byte>(Entries));
        Assert.Equal(1, _bench.Ram.Field<ushort>(UsedIndex));
    }

    [Fact]
    public void What_was_taken_and_not_used_comes_again_first_in_the_old_order()
    {
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        Assert.True(_bench.TryTake(out _));
        Assert.True(_bench.TryTake(out _));
        Begin();
        Assert.Equal([0, 1, 2], TakeAll());
    }

    [Fact]
    public void What_was_published_does_not_come_again()
    {
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        Assert.True(_bench.TryTake(out ushort head));
        _bench.Queue.Use(head, 0);
        _bench.Queue.Publish();
        Begin();
        Assert.Equal([1], TakeAll());
    }

    /// <summary>Killed between the used ring's index and the marks.</summary>
    [Fact]
    public void A_batch_that_was_the_guests_already_does_not_come_again()
    {
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(_bench.TryTake(out ushort head));
            _bench.Queue.Use(head, 0);
        }

        Assert.True(_bench.TryTake(out _));
        _bench.Driver.SetUsedIndex(2);
        Begin();
        Assert.Equal([2], TakeAll());
        Assert.Equal(0, _bench.Ram.Field<byte>(Entries));
    }

    [Fact]
    public void What_is_given_back_is_not_marked()
    {
        _bench.Driver.Add(s_buffer);
        Assert.True(_bench.TryTake(out ushort head));
        _bench.Queue.GiveBack([head]);
        Assert.Equal(0, _bench.Ram.Field<byte>(Entries));
    }

    [Fact]
    public void What_came_again_and_is_given_back_comes_once_more()
    {
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        Assert.True(_bench.TryTake(out _));
        Begin();
        Assert.True(_bench.TryTake(out ushort first));
        Assert.True(_bench.TryTake(out ushort second));
        _bench.Queue.GiveBack([first, second]);
        Assert.Equal([0, 1], TakeAll());
    }

    /// <summary>The next process takes as many entries of the ring as done as are marked, so those must be the first ones.</summary>
    [Fact]
    public void What_came_again_stays_marked_when_it_is_given_back()
    {
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        _bench.Driver.Add(s_buffer);
        Assert.Equal([0, 1, 2], TakeAll());
        Begin();
        Assert.True(_bench.TryTake(out ushort head));
        _bench.Queue.GiveBack([head]);
        Begin();
        Assert.Equal([0, 1, 2], TakeAll());
    }

    /// <summary>The front-end may write to the region what it likes.</summary>
    [Theory]
    [InlineData(0xFFFF, 0)]
    [InlineData(3, 0xFFFF)]
    [InlineData(0xFFFF, 0xFFFF)]
    public void Numbers_that_are_none_do_no_harm(ushort lastHead, ushort usedIndex)
    {
        _bench.Ram.At(Entries, 16 * RingBench.Size).Fill(0xFF);
        _bench.Ram.Field<ushort>(LastHead) = lastHead;
        _bench.Ram.Field<ushort>(UsedIndex) = usedIndex;
        Begin();
        Assert.Empty(TakeAll());
    }

    [Fact]
    public void A_region_of_another_size_begins_anew()
    {
        _bench.Ram.Field<ushort>(Region + 10) = 4;
        _bench.Ram.Field<byte>(Entries) = 1;
        Begin();
        Assert.Equal(0, _bench.Ram.Field<byte>(Entries));
        Assert.Empty(TakeAll());
    }

    public void Dispose() => _bench.Dispose();

    private void Begin() => _bench.Queue.Start(RingBench.Size, 0, new InflightRegion(_bench.Ram.Start + Region, RingBench.Size));

    private ushort[] TakeAll()
    {
        List<ushort> heads = [];
        while (_bench.TryTake(out ushort head))
        {
            heads.Add(head);
        }

        Assert.Equal(RingFault.None, _bench.Queue.Fault);
        return [.. heads];
    }
}
