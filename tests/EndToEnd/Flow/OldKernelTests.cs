// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.IO;
using TestKit;

namespace EndToEnd.Flow;

/// <summary>A kernel that takes UDP_SEGMENT and UDP_GRO and does nothing with them (Faults/old_kernel.c).</summary>
public sealed class OldKernelTests : IDisposable
{
    private const int Burst = 64;
    private readonly TemporaryDirectory _directory = new();
    private readonly Tunnel _tunnel;

    public OldKernelTests()
    {
        string shim = CCompiler.SharedObject(_directory, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Flow", "Faults", "old_kernel.c")));
        _tunnel = new Tunnel(options: new QemuOptions { Plugin = true, Preload = [shim] });
    }

    [Fact]
    public void Bursts_leave_as_a_datagram_for_each_frame()
    {
        for (int i = 0; i < Burst; i++)
        {
            _tunnel.Guest.Send(TestFrames.Create(60, i));
        }

        for (int i = 0; i < Burst; i++)
        {
            Assert.Equal(_tunnel.Netdev.Datagram(TestFrames.Create(60, i)), _tunnel.Wire.Receive());
        }

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == Burst);
        Assert.Contains("gso off (the kernel has shown no run on loopback)", info.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Bursts_come_in_as_the_frames_that_were_sent()
    {
        for (int i = 0; i < Burst; i++)
        {
            _tunnel.SendFrame(TestFrames.Create(60, i));
        }

        for (int i = 0; i < Burst; i++)
        {
            Assert.Equal(TestFrames.Create(60, i), _tunnel.Guest.Receive());
        }
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _directory.Dispose();
    }
}
