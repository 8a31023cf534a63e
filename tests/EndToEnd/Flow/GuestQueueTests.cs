// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// When the guest takes no more, the plugin stops at that frame, the kernel's buffer holds what comes, and all of it follows
/// when the guest takes frames again.
/// </summary>
public sealed class GuestQueueTests : IDisposable
{
    /// <summary>More than three batches, less than the kernel's default buffer holds.</summary>
    private const int Frames = 200;

    private readonly NetworkNamespace _network = new();
    private readonly QemuTunnel _tunnel;

    public GuestQueueTests()
    {
        // The guest's socket holds all frames, so that a stopped machine alone makes the plugin wait.
        _network.Sysctl("net.unix.max_dgram_qlen", "1000");
        _tunnel = new QemuTunnel(options: new QemuOptions { Plugin = true, Namespace = _network });
    }

    [Fact]
    public void Frames_for_a_stopped_machine_arrive_in_order_when_it_goes_on()
    {
        _tunnel.Qemu.Qmp.Execute("stop");
        SendFrames();
        Assert.Null(_tunnel.Guest.TryReceive(Timeouts.Silence));

        _tunnel.Qemu.Qmp.Execute("cont");

        AssertAllArrive();
    }

    [Fact]
    public void Frames_for_a_guest_that_does_not_read_all_arrive_when_it_reads()
    {
        // Ten fit into this guest's socket; then QEMU's queue is full, in the middle of a batch.
        using QemuTunnel tunnel = new();
        tunnel.SendFrame(Enumerable.Range(0, Frames).Select(number => TestFrames.Create(60 + number)));

        HashSet<int> sizes = [];
        for (int number = 0; number < Frames; number++)
        {
            byte[] frame = tunnel.Guest.Receive();
            Assert.Equal(TestFrames.Create(frame.Length), frame);
            Assert.True(sizes.Add(frame.Length), $"the frame of {frame.Length} bytes came twice");
        }

        // Their order is not looked at: when its dgram netdev is full, QEMU's hub lets a frame pass one that waits there.
        Assert.Equal(Frames, sizes.Count);
        NetdevInfo info = tunnel.WaitForInfo(info => info.FramesReceived == Frames);
        Assert.Equal(0, info.Drops);
    }

    [Fact]
    public void Stopping_again_and_again_loses_nothing_and_keeps_the_order()
    {
        int sent = 0;
        for (int round = 0; round < 10; round++)
        {
            _tunnel.Qemu.Qmp.Execute("stop");
            _tunnel.SendFrame(Enumerable.Range(sent, Frames / 10).Select(seed => TestFrames.Create(60, seed)));
            sent += Frames / 10;

            _tunnel.Qemu.Qmp.Execute("cont");
        }

        AssertAllArrive();
    }

    [Fact]
    public void A_netdev_whose_frames_wait_in_a_queue_can_be_deleted()
    {
        _tunnel.Qemu.Qmp.Execute("stop");
        SendFrames();
        _tunnel.WaitForInfo(_ => true);

        _tunnel.Qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        _tunnel.Qemu.Qmp.Execute("cont");

        Assert.False(NetdevInfo.Exists(_tunnel.Qemu.Hmp("info network"), "n0"));
        Assert.Null(_tunnel.Guest.TryReceive(Timeouts.Silence));
        Assert.Equal(0, _tunnel.Qemu.Quit());
    }

    [Fact]
    public void Frames_that_the_guest_sends_while_its_machine_stops_leave_when_it_goes_on()
    {
        _tunnel.Qemu.Qmp.Execute("stop");
        byte[] frame = TestFrames.Create(60);
        _tunnel.Guest.Send(frame);
        _tunnel.Qemu.Qmp.Execute("cont");

        Assert.Equal(_tunnel.Netdev.Datagram(frame), _tunnel.Wire.Receive());
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _network.Dispose();
    }

    private void SendFrames()
    {
        _tunnel.SendFrame(TestFrames.Burst(Frames, 60));
    }

    private void AssertAllArrive()
    {
        _tunnel.AssertArrive(TestFrames.Burst(Frames, 60));

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesReceived == Frames);
        Assert.Equal(0, info.Drops);
        Assert.Null(_tunnel.Guest.TryReceive(TimeSpan.Zero));
    }
}
