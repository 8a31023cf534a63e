// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>QEMU's end is as it was without the plugin.</summary>
public sealed class ExitTests
{
    [Fact]
    public void Quit_ends_QEMU_with_status_0()
    {
        using QemuTunnel tunnel = new();
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public void The_signals_that_QEMU_handles_end_it_with_status_0(string signal)
    {
        using QemuTunnel tunnel = new();

        // The runtime is up once a frame has passed: now it could have taken the signal's handler away.
        tunnel.AssertDelivers(TestFrames.Create(60));
        tunnel.Qemu.Signal(signal);

        Assert.Equal(0, tunnel.Qemu.WaitForExit());
        Assert.Contains("terminating on signal", tunnel.Qemu.StandardError, System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_QEMU_that_exits_with_traffic_in_flight_ends_with_status_0()
    {
        using QemuTunnel tunnel = new();
        using CancellationTokenSource stop = new();
        byte[] frame = TestFrames.Create(1514);
        Task traffic = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    tunnel.SendFrame(frame);
                    if (!tunnel.Qemu.HasExited)
                    {
                        tunnel.Guest.TrySend(frame, Timeouts.Silence);
                    }

                    tunnel.Guest.TryReceive(System.TimeSpan.Zero);
                }
            },
            TestContext.Current.CancellationToken);
        tunnel.WaitForInfo(info => info is { FramesReceived: > 1000, FramesTransmitted: > 1000 });

        int status = tunnel.Qemu.Quit();

        await stop.CancelAsync();
        await Task.WhenAny(traffic);
        Assert.Equal(0, status);
        Assert.DoesNotContain("l2tpv3", tunnel.Qemu.StandardError, System.StringComparison.Ordinal);
    }
}
