// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;
using L2tpv3.Packets;

namespace DataPlane.Tests.Counting;

public sealed class CountersTests : IDisposable
{
    private readonly PageMemory _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Each_reason_has_a_counter_of_its_own_and_the_most_frequent_is_named()
    {
        Counters counters = new(_memory);
        Assert.Equal(0u, counters.TotalDrops(out DropReason none));
        Assert.Equal(DropReason.None, none);

        for (int reason = 1; reason < DropReasons.Count; reason++)
        {
            for (int i = 0; i < reason; i++)
            {
                counters.AddDrop((DropReason)reason);
            }
        }

        for (int reason = 1; reason < DropReasons.Count; reason++)
        {
            Assert.Equal((ulong)reason, counters.Drops((DropReason)reason));
        }

        const int last = DropReasons.Count - 1;
        Assert.Equal((ulong)(last * (last + 1) / 2), counters.TotalDrops(out DropReason most));
        Assert.Equal((DropReason)last, most);
    }

    [Fact]
    public void Frames_and_bytes_are_counted_for_each_direction()
    {
        Counters counters = new(_memory);
        counters.AddReceived(frames: 1, bytes: 60);
        counters.AddReceived(frames: 2, bytes: 1514);
        counters.AddTransmitted(frames: 3, bytes: 192);
        counters.AddDrops(DropReason.SendFailed, 5);

        Assert.Equal(3u, counters.ReceivedFrames);
        Assert.Equal(1574u, counters.ReceivedBytes);
        Assert.Equal(3u, counters.TransmittedFrames);
        Assert.Equal(192u, counters.TransmittedBytes);
        Assert.Equal(5u, counters.Drops(DropReason.SendFailed));
    }
}
