// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Vhost.Tests.Protocol;

/// <summary>In-flight regions that come when a ring has one already, or before it knows its size.</summary>
public sealed class InflightRequestTests : IDisposable
{
    private const ulong Regions = 2 | ((ulong)TestFrontEnd.RingSize << 16);
    private const int Region = TestFrontEnd.InflightBytes;
    private const int First = 0x100_000;
    private const int Second = 0x200_000;

    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    [Fact]
    public void No_region_is_made_while_rings_run()
    {
        FrontEnd.Start();
        Assert.Equal(1UL, FrontEnd.Ask(31, 0, 0, Regions));
        Assert.Contains("while rings run", _bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_begins_with_the_region_that_is_there_when_it_begins()
    {
        FrontEnd.Send(2, TestFrontEnd.Version1 | TestFrontEnd.Protocol);
        FrontEnd.Send(16, (ulong)0x1901f);
        SetRegion(First);
        FrontEnd.SetRing(1);
        FrontEnd.StartRing(1);
        SetRegion(Second);
        FrontEnd.SendMemory();
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        _bench.Run();
        Assert.Equal(0, FrontEnd.Ram.Field<ushort>(First + Region + 8));
        Assert.Equal((1, 1), (FrontEnd.Ram.Field<ushort>(Second + Region + 8), FrontEnd.Ram.Field<ushort>(Second + Region + 14)));
    }

    public void Dispose() => _bench.Dispose();

    private void SetRegion(int offset) =>
        FrontEnd.Send(32, MemoryMarshal.AsBytes<ulong>([2 * Region, (ulong)offset, Regions]), 0, FrontEnd.Ram.Descriptor);
}
