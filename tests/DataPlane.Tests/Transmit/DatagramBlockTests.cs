// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;

namespace DataPlane.Tests.Transmit;

/// <summary>The segments of a large frame are added to the batch as one block.</summary>
public sealed class DatagramBlockTests
{
    private static readonly SendOptions s_kind = new(PmtuDiscovery.Want);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_block_makes_the_same_messages_as_its_datagrams_one_by_one(bool ipv6, bool withoutRuns)
    {
#pragma warning disable CA5394 // a test wants the same numbers each time, not secret ones
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            UdpSegmentation segmentation = withoutRuns ? UdpSegmentation.None() : UdpSegmentation.For(ipv6);
            using TransmitBatch blocks = new(address: null, segmentation);
            using TransmitBatch singles = new(address: null, segmentation);
            int[] lengths = [.. Enumerable.Range(0, 3).Select(_ => random.Next(1, random.Next(2, 9000)))];
            for (int i = 0; i < 10; i++)
            {
                int length = lengths[random.Next(lengths.Length)];
                int count = random.Next(1, random.Next(2, 200));
                SendOptions kind = random.Next(5) == 0 ? new SendOptions(PmtuDiscovery.Do) : s_kind;
                if (!blocks.HasRoom(count, count * length))
                {
                    break;
                }

                Assert.Equal(length * count, blocks.Add(length, count, kind).Length);
                for (int single = 0; single < count; single++)
                {
                    singles.Add(length, kind);
                }
            }
#pragma warning restore CA5394

            Assert.Equal(Messages(singles), Messages(blocks));
        }
    }

    [Fact]
    public void A_block_without_room_is_not_added()
    {
        using TransmitBatch batch = new(address: null, UdpSegmentation.For(ipv6: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Add(60_000, 9, s_kind).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Add(1, 5000, s_kind).Length);
        Assert.True(batch.IsEmpty);
    }

    private static unsafe List<(int Datagrams, int Bytes, nuint Control, int SegmentSize)> Messages(TransmitBatch batch)
    {
        List<(int, int, nuint, int)> messages = [];
        while (!batch.IsEmpty)
        {
            (int datagrams, int bytes) = batch.Size(0);
            messages.Add((datagrams, bytes, batch.Messages->msg_hdr.msg_controllen, batch.SegmentSize));
            batch.Remove(1);
        }

        return messages;
    }
}
