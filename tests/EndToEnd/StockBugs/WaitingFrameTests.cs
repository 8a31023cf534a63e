// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.StockBugs;

/// <summary>
/// No frame waits in the batch for the next datagram. When the guest takes no more, the stock backend keeps the rest of its
/// batch and, once the guest takes frames again, watches the socket only: up to 63 frames wait until another datagram comes.
/// </summary>
public sealed class WaitingFrameTests
{
    private const int Frames = 40;

    [Fact]
    public void All_frames_of_a_batch_arrive_once_the_guest_takes_frames_again() => Assert.Equal(Frames, FramesAfterPause(plugin: true));

    [Fact]
    public void The_stock_backend_keeps_the_rest_of_the_batch() => Assert.InRange(FramesAfterPause(plugin: false), 1, Frames - 1);

    private static int FramesAfterPause(bool plugin)
    {
        using NetworkNamespace network = new();

        // The guest's socket holds them all: a full one makes QEMU's hub change their order.
        network.Sysctl("net.unix.max_dgram_qlen", "1000");
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = plugin, Namespace = network });

        // A stopped machine takes no frame: the first is queued, and the backend is told to wait. QEMU sleeps while they come, so
        // that it reads them all at once.
        tunnel.Qemu.Qmp.Execute("stop");
        tunnel.Qemu.Signal("STOP");
        tunnel.SendFrame(TestFrames.Burst(Frames, 60));

        tunnel.Qemu.Signal("CONT");

        // The answer comes from the turn of the event loop that also reads the socket; `cont` alone could come before that.
        tunnel.Qemu.Qmp.Execute("query-status");
        tunnel.Qemu.Qmp.Execute("cont");
        int received = 0;
        while (tunnel.Guest.TryReceive(plugin && received < Frames ? Timeouts.Arrival : Timeouts.Silence) is byte[] frame)
        {
            Assert.Equal(TestFrames.Create(60, received), frame);
            received++;
        }

        return received;
    }
}
