// SPDX-License-Identifier: GPL-2.0-or-later

namespace Vhost.Tests.Protocol;

/// <summary>A front-end whose guest's memory is not shared leaves it out, and the program tells that.</summary>
public sealed class SharedMemoryTests : IDisposable
{
    private const string Words = "the guest's memory must be shared (share=on)";
    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    /// <summary>As QEMU does it: the rings are enabled before they start.</summary>
    [Fact]
    public void Rings_that_start_without_memory_are_told_once()
    {
        Negotiate();
        for (uint index = 0; index < 2; index++)
        {
            FrontEnd.Send(18, index | (1UL << 32));
            FrontEnd.SetRing(index);
            Assert.Equal(index, (uint)Lines());
            FrontEnd.StartRing(index);
            Assert.Equal(1, Lines());
        }
    }

    [Fact]
    public void A_ring_that_is_enabled_last_is_told_then()
    {
        Negotiate();
        FrontEnd.SetRing(1);
        FrontEnd.SendFile(12, 1, FrontEnd.TransmitKick.Number);
        Assert.Equal(0, Lines());
        FrontEnd.Send(18, 1 | (1UL << 32));
        Assert.Equal(1, Lines());
    }

    [Fact]
    public void The_usual_beginning_has_nothing_to_tell()
    {
        FrontEnd.Start();
        Assert.Equal(0, Lines());
    }

    [Fact]
    public void Memory_that_comes_late_lets_the_frames_pass_all_the_same()
    {
        Negotiate();
        FrontEnd.SetRing(0);
        FrontEnd.StartRing(0);
        Assert.Equal(1, Lines());
        FrontEnd.SendMemory();
        _bench.AssertReceivesAgain();
        Assert.Equal(1, Lines());
    }

    public void Dispose() => _bench.Dispose();

    private void Negotiate()
    {
        FrontEnd.Send(2, TestFrontEnd.Version1 | TestFrontEnd.Mergeable | TestFrontEnd.Protocol);
        FrontEnd.Send(16, 0x1901fUL);
        FrontEnd.Send(3);
    }

    private int Lines() => _bench.Log.Split(Words).Length - 1;
}
