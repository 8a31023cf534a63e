// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace FrontEnd.Tests;

/// <summary>Kicks and interrupts, and chains that the device reads and writes, with a back end that sleeps between them.</summary>
public sealed class StorageDaemonTests : IDisposable
{
    private const int HeaderSize = 16;
    private const int Requests = 20;

    /// <summary>What a request leaves in the byte of its status until it is done.</summary>
    private const byte NoStatus = 0xff;

    /// <summary>The only queue of virtio-blk, where virtio-net has another one.</summary>
    private const VhostDirection Queue = VhostDirection.Receive;

    private readonly StorageDaemon _daemon = new();

    public static TheoryData<bool, VhostBehaviour> Ways => new MatrixTheoryData<bool, VhostBehaviour>([true, false], [VhostBehaviour.None, VhostBehaviour.Indirect]);

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_device_that_sleeps_gets_a_kick_for_each_request_and_answers_with_an_interrupt(bool eventIndex, VhostBehaviour behaviour)
    {
        using VhostDriver driver = Start(Options(eventIndex) with { Behaviour = behaviour });
        Assert.Equal(eventIndex, driver.Features.HasFlag(VirtioFeatures.EventIdx));
        // QEMU's library interrupts once when it gets the eventfd.
        long before = driver.Interrupts(Queue);
        for (int sector = 0; sector < Requests; sector++)
        {
            int head = Request(driver, sector);
            Assert.Equal(behaviour == VhostBehaviour.Indirect, (driver.Descriptors(Queue)[head].Flags & VringFlag.Indirect) != 0);
            driver.Publish(Queue);
            Assert.Equal((head, StorageDaemon.SectorSize + 1), driver.Take(Queue));
            Assert.Equal(StorageDaemon.Sector(sector), Data(driver, head));
        }

        Assert.Equal(Requests, driver.Kicks(Queue));
        // One that was done before the driver went to sleep needs none.
        Assert.InRange(driver.Interrupts(Queue) - before, 1, Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_that_are_shown_together_need_one_kick(bool eventIndex)
    {
        using VhostDriver driver = Start(Options(eventIndex));
        HashSet<int> heads = [.. Enumerable.Range(0, Requests).Select(sector => Request(driver, sector))];
        Assert.Equal(0, driver.Kicks(Queue));
        driver.Publish(Queue);
        Assert.Equal(1, driver.Kicks(Queue));
        foreach (int _ in Enumerable.Range(0, Requests))
        {
            Assert.True(heads.Remove(driver.Take(Queue).Head));
        }

        Assert.Empty(heads);
        Assert.Equal(1, driver.Kicks(Queue));
    }

    [Fact]
    public void Memory_comes_in_slots()
    {
        using VhostDriver driver = Start(Options(eventIndex: true) with { Regions = 4 });
        Assert.True(driver.ProtocolFeatures.HasFlag(VhostProtocolFeatures.ConfigureMemSlots));
        Assert.InRange(driver.MemorySlots, 8u, 512u);
        // In flight together, so that each has another slot: they lie in the regions by turns.
        int[] heads = [.. Enumerable.Range(0, Requests).Select(sector => Request(driver, sector))];
        HashSet<ulong> regions = [.. heads.Select(head => driver.GuestAddress(ref driver.Slot(Queue, head)[0]) >> 32)];
        Assert.Equal(4, regions.Count);
        driver.Publish(Queue);
        foreach (int _ in heads)
        {
            driver.Take(Queue);
        }

        Assert.All(heads.Index(), request => Assert.Equal(StorageDaemon.Sector(request.Index), Data(driver, request.Item)));

        driver.RemoveRegion(3);
        driver.AddRegion(3);
        int[] again = [.. Enumerable.Range(0, 4).Select(sector => Request(driver, sector))];
        driver.Publish(Queue);
        foreach (int _ in again)
        {
            driver.Take(Queue);
        }

        Assert.All(again.Index(), request => Assert.Equal(StorageDaemon.Sector(request.Index), Data(driver, request.Item)));
    }

    [Fact]
    public void A_kick_that_nobody_wants_does_no_harm_and_is_counted()
    {
        using VhostDriver driver = Start(Options(eventIndex: true));
        driver.Kick(Queue);
        driver.Kick(Queue);
        int head = Request(driver, 7);
        driver.Publish(Queue);
        _ = driver.Take(Queue);
        Assert.Equal(StorageDaemon.Sector(7), Data(driver, head));
        Assert.Equal(3, driver.Kicks(Queue));
    }

    private static VhostOptions Options(bool eventIndex)
    {
        VhostOptions options = VhostOptions.Default with { Queues = 1 };
        options.Features &= VirtioFeatures.Version1 | VirtioFeatures.IndirectDesc | VirtioFeatures.ProtocolFeatures | (eventIndex ? VirtioFeatures.EventIdx : VirtioFeatures.None);
        return options;
    }

    /// <summary>Header, data and status lie one behind the other in the slot of the head, as the virtio specification has them (5.2.6).</summary>
    private static int Request(VhostDriver driver, int sector)
    {
        Span<byte> slot = driver.Slot(Queue, driver.NextHead(Queue));
        slot[..(HeaderSize + StorageDaemon.SectorSize + 1)].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], (ulong)sector);
        slot[HeaderSize + StorageDaemon.SectorSize] = NoStatus;
        ulong address = driver.GuestAddress(ref slot[0]);
        return driver.Add(
            Queue,
            new VhostPiece { Address = address, Length = HeaderSize },
            new VhostPiece { Address = address + HeaderSize, Length = StorageDaemon.SectorSize, Writable = 1 },
            new VhostPiece { Address = address + HeaderSize + StorageDaemon.SectorSize, Length = 1, Writable = 1 });
    }

    /// <summary>The sector, if the device says that it could read it.</summary>
    private static byte[] Data(VhostDriver driver, int head)
    {
        Span<byte> slot = driver.Slot(Queue, head);
        Assert.Equal(0, slot[HeaderSize + StorageDaemon.SectorSize]);
        return slot.Slice(HeaderSize, StorageDaemon.SectorSize).ToArray();
    }

    private VhostDriver Start(VhostOptions options)
    {
        VhostDriver driver = new(options);
        try
        {
            driver.Connect(_daemon.Socket);
            driver.Negotiate();
            driver.Start();
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }
}
