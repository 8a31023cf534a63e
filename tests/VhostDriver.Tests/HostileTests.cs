// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>What a test can do to the rings. No back end is needed to see it.</summary>
public sealed class HostileTests : IDisposable
{
    private const VhostDirection Queue = VhostDirection.Transmit;
    private const ulong Seed = 7;

    private static readonly TimeSpan s_time = TimeSpan.FromMilliseconds(50);

    private readonly VhostDriver _driver = new(VhostOptions.Default with { Regions = 2 });

    public void Dispose() => _driver.Dispose();

    [Fact]
    public void Any_head_can_be_made_available()
    {
        _driver.Offer(Queue, 0xabcd);
        _driver.Offer(Queue, 3);
        // Flags, index, heads.
        Assert.Equal([0, 2, 0xabcd, 3], _driver.Available(Queue)[..4].ToArray());
    }

    [Fact]
    public void A_chain_lies_in_the_ring_as_it_was_given()
    {
        int head = _driver.Add(Queue, new VhostPiece { Address = 0x1234_5678_9abc, Length = 100 }, new VhostPiece { Address = 5, Length = 6, Writable = 1 });
        _driver.Publish(Queue);
        Span<VringDescriptor> ring = _driver.Descriptors(Queue);
        Assert.Equal(new VringDescriptor { Address = 0x1234_5678_9abc, Length = 100, Flags = VringFlag.Next, Next = ring[head].Next }, ring[head]);
        Assert.Equal(new VringDescriptor { Address = 5, Length = 6, Flags = VringFlag.Write }, ring[ring[head].Next]);
        Assert.Equal(254, _driver.Free(Queue));
    }

    [Theory]
    [InlineData(5, "not in flight")]
    [InlineData(256, "beyond the ring")]
    public void A_device_that_uses_what_it_does_not_have_breaks_a_rule(int head, string reason)
    {
        Span<ushort> used = _driver.Used(Queue);
        used[2] = (ushort)head;
        used[1] = 1;
        VhostDriverException exception = Assert.Throws<VhostDriverException>(() => _driver.Take(Queue));
        Assert.True(exception.Error == VhostError.Protocol, reason);
    }

    [Fact]
    public void Addresses_outside_all_regions_are_known_as_such()
    {
        Span<byte> spare = _driver.Spare(1, out ulong address);
        Assert.Equal(4096, spare.Length);
        Assert.Equal(address, _driver.GuestAddress(ref spare[0]));
        Assert.Equal(1ul, address >> 32);
        ushort elsewhere = 0;
        Assert.Equal(0ul, _driver.GuestAddress(ref elsewhere));
    }

    [Theory]
    [InlineData(VhostParts.Descriptors)]
    [InlineData(VhostParts.Available)]
    [InlineData(VhostParts.Used)]
    [InlineData(VhostParts.Tables)]
    [InlineData(VhostParts.Buffers)]
    public void A_scribbler_writes_into_the_part_that_is_named_and_no_other(VhostParts part)
    {
        _driver.Scribble(Queue, part, Seed, s_time);
        Assert.True(_driver.EndScribble() > 100);
        Assert.Equal(part, Changed());
        Assert.Equal(VhostParts.None, Changed(VhostDirection.Receive));
        _driver.Reset();
        Assert.Equal(VhostParts.None, Changed() & (VhostParts.Descriptors | VhostParts.Available | VhostParts.Used));
    }

    [Fact]
    public void A_scribbler_ends_with_its_driver()
    {
        _driver.Scribble(Queue, VhostParts.All, Seed, Timeouts.Guest);
        _driver.Dispose();
    }

    private VhostParts Changed(VhostDirection queue = Queue)
    {
        bool tables = Enumerable.Range(0, 256).Any(head => HasAny<VringDescriptor>(_driver.Table(queue, head)));
        bool buffers = Enumerable.Range(0, 256).Any(head => HasAny<byte>(_driver.Slot(queue, head)));
        return (HasAny<VringDescriptor>(_driver.Descriptors(queue)) ? VhostParts.Descriptors : VhostParts.None)
            | (HasAny<ushort>(_driver.Available(queue)) ? VhostParts.Available : VhostParts.None)
            | (HasAny<ushort>(_driver.Used(queue)) ? VhostParts.Used : VhostParts.None)
            | (tables ? VhostParts.Tables : VhostParts.None)
            | (buffers ? VhostParts.Buffers : VhostParts.None);
    }

    private static bool HasAny<T>(ReadOnlySpan<T> memory)
        where T : struct, IEquatable<T> => memory.ContainsAnyExcept(default(T));
}
