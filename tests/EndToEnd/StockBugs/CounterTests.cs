// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace EndToEnd.StockBugs;

/// <summary>
/// The counter keeps bit 30 clear for ever. The stock backend counts through all 32 bits; a Linux peer takes bit 30 for the
/// S bit of the RFC's sublayer (l2tp_core.c), reads the rest as a sequence number and begins to drop. After 2^30 frames, so the
/// test moves the counter in QEMU's memory.
/// </summary>
public sealed class CounterTests
{
    private const int CounterOffset = 8;
    private const uint SequenceFlag = 0x4000_0000;
    private const int UnusualCount = 1237;

    [Fact]
    public void The_counter_wraps_within_24_bits() => Assert.Equal([0x00ff_ffffu, 0, 1], CountersAfter(0x00ff_fffe, plugin: true));

    [Theory]
    [InlineData(0x3fff_ffff)]
    [InlineData(0x4000_0000)]
    [InlineData(0xffff_fffe)]
    public void Whatever_the_counter_holds_the_wire_has_bit_30_clear(uint last) =>
        Assert.All(CountersAfter(last, plugin: true), counter => Assert.Equal(0u, counter & SequenceFlag));

    [Fact]
    public void The_stock_backend_sets_bit_30() => Assert.Equal([SequenceFlag, SequenceFlag + 1, SequenceFlag + 2], CountersAfter(SequenceFlag - 1, plugin: false));

    /// <summary>The counters of the three frames that follow one whose counter had this value.</summary>
    private static uint[] CountersAfter(uint last, bool plugin)
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { Counter = NetdevCounter.On }, new QemuOptions { Plugin = plugin });
        for (int i = 1; i < UnusualCount; i++)
        {
            Transmit(tunnel);
        }

        Assert.Equal(UnusualCount, (int)Transmit(tunnel));
        using ProcessMemory memory = new(tunnel.Qemu.Id);
        IReadOnlyList<long> found = memory.Find(UnusualCount);
        for (uint next = UnusualCount + 1; next < UnusualCount + 4; next++)
        {
            Assert.Equal(next, Transmit(tunnel));
            found = memory.Keep(found, next);
        }

        Assert.NotEmpty(found);
        memory.Write(found, last);
        return [Transmit(tunnel), Transmit(tunnel), Transmit(tunnel)];
    }

    private static uint Transmit(QemuTunnel tunnel)
    {
        tunnel.Guest.Send(TestFrames.Create(60));
        return BinaryPrimitives.ReadUInt32BigEndian(tunnel.Wire.Receive().AsSpan(CounterOffset));
    }
}
