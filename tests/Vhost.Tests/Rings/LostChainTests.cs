// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.Rings;

namespace Vhost.Tests.Rings;

/// <summary>Moments at which a chain could be lost, or taken in part.</summary>
public sealed unsafe class LostChainTests
{
    private const int Tables = RingBench.Buffers + 0x8000;
    private const int Pieces = 600;
    private const int Region = 0x80_000;
    private const int Entries = Region + 16;
    private static readonly RingBuffer s_buffer = new(RingBench.Address(RingBench.Buffers), 64);

    /// <summary>The driver saw the index at which a kick was wanted before, or that none was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_chain_that_comes_between_the_last_look_and_the_question_for_a_kick_is_seen(bool eventIndex)
    {
        using RingBench bench = new(eventIndex: eventIndex);
        Assert.False(bench.TryTake(out _));
        bench.Driver.Add(s_buffer);
        Assert.True(bench.Queue.AskForKick());
        Assert.False(bench.TryTake(out _) && bench.Queue.AskForKick());
    }

    [Fact]
    public void A_chain_that_does_not_fit_beside_another_leaves_none_of_its_bytes()
    {
        using RingBench bench = new(isWritten: true);
        for (int i = 0; i < 2; i++)
        {
            int table = Tables + (i * 16 * Pieces);
            for (int j = 0; j < Pieces; j++)
            {
                ushort flags = (ushort)(DriverRing.WriteFlag | (j == Pieces - 1 ? 0 : DriverRing.NextFlag));
                DriverRing.WriteDescriptor(bench.Ram.At(table + (16 * j), 16), RingBench.Address(RingBench.Buffers), 1, flags, (ushort)(j + 1));
            }

            bench.Driver.Add(new RingBuffer(RingBench.Address(table), 16 * Pieces, DriverRing.IndirectFlag));
        }

        Assert.True(bench.TryTake(out _));
        Assert.False(bench.Queue.TryTake(bench.Chain, out _));
        Assert.True(bench.Chain.IsFull);
        Assert.Equal((Pieces, (ulong)Pieces), (bench.Chain.Count, bench.Chain.Bytes));
        Assert.Equal(RingFault.None, bench.Queue.Fault);
    }

    /// <summary>
    /// A process that is killed meanwhile leaves the first of the chains marked: the next one goes on behind as many as are marked. The counter of the first
    /// chain changes whenever it is taken, so nobody has taken it between two looks that find the same one.
    /// </summary>
    [Fact]
    public void Chains_are_given_back_from_the_last_to_the_first()
    {
        using RingBench bench = new(isWritten: true);
        bench.Queue.Start(RingBench.Size, 0, new InflightRegion(bench.Ram.Start + Region, RingBench.Size));
        for (int i = 0; i < RingBench.Size; i++)
        {
            bench.Driver.Add(s_buffer with { Flags = DriverRing.WriteFlag });
        }

        bool isOver = false;
        bool isLost = false;
        Thread watcher = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                isLost |= HasLostTheFirst(bench);
            }
        });
        watcher.Start();
        ushort[] heads = new ushort[RingBench.Size];
        long end = Environment.TickCount64 + 1000;
        while (Environment.TickCount64 < end)
        {
            bench.Chain.Clear();
            for (int i = 0; i < heads.Length; i++)
            {
                Assert.True(bench.Queue.TryTake(bench.Chain, out heads[i]));
            }

            bench.Queue.GiveBack(heads);
        }

        Volatile.Write(ref isOver, true);
        watcher.Join();
        Assert.False(isLost);
    }

    /// <summary>
    /// Two looks at both marks. One would not do: the counter is written in front of the mark, and what is taken in between looks the same.
    /// </summary>
    private static bool HasLostTheFirst(RingBench bench)
    {
        ulong before = Volatile.Read(ref bench.Ram.Field<ulong>(Entries + 8));
        return IsOnlyTheLastMarked(bench) && IsOnlyTheLastMarked(bench) && Volatile.Read(ref bench.Ram.Field<ulong>(Entries + 8)) == before;
    }

    private static bool IsOnlyTheLastMarked(RingBench bench) =>
        Volatile.Read(ref bench.Ram.Field<byte>(Entries)) == 0
        && Volatile.Read(ref bench.Ram.Field<byte>(Entries + (16 * (RingBench.Size - 1)))) != 0;
}
