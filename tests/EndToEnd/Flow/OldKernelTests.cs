// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>A kernel that takes UDP_SEGMENT and UDP_GRO and does nothing with them (Faults/old_kernel.c).</summary>
public sealed class OldKernelTests : IDisposable
{
    private const int Burst = 64;
    private readonly NetworkNamespace _network = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly QemuTunnel _tunnel;

    public OldKernelTests()
    {
        string shim = CCompiler.SharedObject(_directory, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Flow", "Faults", "old_kernel.c")));

        // The guest's socket holds a burst: when it is full, QEMU's hub lets a frame pass one that waits.
        _network.Sysctl("net.unix.max_dgram_qlen", "1000");
        _tunnel = new QemuTunnel(options: new QemuOptions { Plugin = true, Preload = [shim], Namespace = _network });
    }

    [Fact]
    public void Bursts_leave_as_a_datagram_for_each_frame()
    {
        _tunnel.Guest.Send(TestFrames.Burst(Burst, 60));

        _tunnel.AssertLeave(TestFrames.Burst(Burst, 60));

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == Burst);
        Assert.Contains("gso off (the kernel has shown no run on loopback)", info.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Bursts_come_in_as_the_frames_that_were_sent()
    {
        _tunnel.SendFrame(TestFrames.Burst(Burst, 60));

        _tunnel.AssertArrive(TestFrames.Burst(Burst, 60));
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _directory.Dispose();
        _network.Dispose();
    }
}
