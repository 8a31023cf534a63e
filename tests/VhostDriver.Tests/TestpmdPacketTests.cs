// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>
/// Packets through a back end that nobody here wrote: testpmd swaps their addresses and sends them back. One testpmd at a time (a
/// collection): each takes a CPU.
/// </summary>
[Collection(nameof(Testpmd))]
public sealed class TestpmdPacketTests : IDisposable
{
    private const int LargestFrame = 65_535;

    private static readonly int[] s_sizes = [60, 590, 1514];

    private readonly TemporaryDirectory _directory = new();
    private readonly Testpmd _testpmd;

    public TestpmdPacketTests() => _testpmd = Testpmd.VhostBackend(Socket, "macswap");

    private string Socket => _directory.File("vhost");

    public void Dispose()
    {
        _testpmd.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_frame_of_any_size_comes_back_as_it_went(bool mergeable, bool eventIndex)
    {
        VhostOptions options = VhostOptions.Default;
        options.Features &= ~(mergeable ? VirtioFeatures.None : VirtioFeatures.MrgRxbuf);
        options.Features &= ~(eventIndex ? VirtioFeatures.None : VirtioFeatures.EventIdx);
        using VhostDriver driver = VhostDriver.Start(options, Socket);
        Assert.Equal(mergeable, driver.Features.HasFlag(VirtioFeatures.MrgRxbuf));
        Assert.Equal(eventIndex, driver.Features.HasFlag(VirtioFeatures.EventIdx));
        Assert.Equal(12, driver.HeaderSize);
        foreach (int size in s_sizes)
        {
            ComesBack(driver, size, buffers: 1);
        }
    }

    [Fact]
    public void A_frame_of_64_KiB_comes_back_in_many_buffers()
    {
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        ComesBack(driver, LargestFrame, buffers: (LargestFrame + 12 + 2047) / 2048);
    }

    [Fact]
    public void A_frame_of_64_KiB_comes_back_in_one_large_buffer()
    {
        VhostOptions options = VhostOptions.Default with { ReceiveSize = LargestFrame + 12, ReceivePieces = 17 };
        options.Features &= ~VirtioFeatures.MrgRxbuf;
        using VhostDriver driver = VhostDriver.Start(options, Socket);
        ComesBack(driver, LargestFrame, buffers: 1);
    }

    [Fact]
    public void Small_buffers_are_joined_to_a_frame()
    {
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { ReceiveSize = 256 }, Socket);
        ComesBack(driver, 1514, buffers: 6);
        ComesBack(driver, 60, buffers: 1);
    }

    [Fact]
    public void A_legacy_driver_has_a_header_of_ten_bytes_in_a_piece_of_its_own()
    {
        VhostOptions options = VhostOptions.Default with { Behaviour = VhostBehaviour.SplitHeader };
        options.Features &= ~(VirtioFeatures.Version1 | VirtioFeatures.MrgRxbuf);
        using VhostDriver driver = VhostDriver.Start(options, Socket);
        Assert.Equal(10, driver.HeaderSize);
        Assert.Equal(10u, driver.Descriptors(VhostDirection.Receive)[0].Length);
        ComesBack(driver, 60, buffers: 1);
        ComesBack(driver, 1514, buffers: 1);
    }

    [Theory]
    [InlineData(VhostBehaviour.None)]
    [InlineData(VhostBehaviour.Indirect)]
    public void The_pieces_of_a_frame_may_end_anywhere(VhostBehaviour behaviour)
    {
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Behaviour = behaviour }, Socket);
        ComesBack(driver, 100, buffers: 1, 112);
        ComesBack(driver, 100, buffers: 1, 12, 100);
        ComesBack(driver, 100, buffers: 1, 5, 7, 1, 99);
        ComesBack(driver, 1514, buffers: 1, 12, 14, 500, 500, 499, 1);
        ComesBack(driver, 100, buffers: 1, [.. Enumerable.Repeat(1u, 112)]);
        Assert.Equal(behaviour == VhostBehaviour.Indirect, (driver.Descriptors(VhostDirection.Transmit)[0].Flags & VringFlag.Indirect) != 0);
    }

    [Theory]
    [InlineData(2, VhostBehaviour.Indirect)]
    [InlineData(8, VhostBehaviour.None)]
    [InlineData(8, VhostBehaviour.OneFile)]
    public void Memory_may_lie_in_several_regions(int regions, VhostBehaviour behaviour)
    {
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Regions = (uint)regions, Behaviour = behaviour }, Socket);
        for (int seed = 0; seed < 2 * regions; seed++)
        {
            ComesBack(driver, 1514, buffers: 1);
        }

        HashSet<ulong> used = [.. driver.Descriptors(VhostDirection.Receive).ToArray().Select(descriptor => descriptor.Address >> 32)];
        Assert.Equal(regions, used.Count);
    }

    [Fact]
    public void The_ring_goes_round_many_times()
    {
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { QueueSize = 8 }, Socket);
        for (int seed = 0; seed < 100; seed++)
        {
            ComesBack(driver, 60 + seed, buffers: 1);
        }
    }

    private static void ComesBack(VhostDriver driver, int size, int buffers, params uint[] pieces)
    {
        byte[] sent = PacketFrames.Create(driver, size, seed: size);
        driver.Transmit(sent, pieces);
        byte[] received = driver.Receive(out int count);
        Assert.Equal(PacketFrames.Swapped(PacketFrames.Frame(driver, sent)), PacketFrames.Frame(driver, received));
        Assert.Equal(buffers, count);
    }
}
