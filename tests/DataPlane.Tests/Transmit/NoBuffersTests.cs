// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Transmit;

/// <summary>
/// The kernel says ENOBUFS: the device's queue is full, and poll(2) will not tell when it is not. The queue is loopback's in a
/// namespace of the test's own, and takes 0 packets or a thousand as the test likes.
/// </summary>
public sealed class NoBuffersTests : IDisposable
{
    private readonly NetworkNamespace _network = new();
    private readonly FakeHost _host = new();
    private readonly PlaneSession _session;

    public NoBuffersTests()
    {
        SetQueueLimit(0);
        _session = PlaneSession.Around(_network.Run(SystemCalls.PacketSocketOnLoopback), _host);
    }

    [Fact]
    public void A_full_device_queue_holds_the_batch_and_sets_a_timer_instead_of_waiting_for_poll()
    {
        _session.Send(TestFrames.Create(60));

        Assert.False(_session.CanTransmit);
        Assert.Equal(0, _session.Transmit(TestFrames.Create(60)));
        Assert.False(_host.WatchesWrite);
        Assert.InRange(_host.TimerMs, 0, 1);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
        Assert.Equal(0u, _session.Counters.TransmittedFrames);
    }

    [Fact]
    public void When_the_queue_has_room_again_the_batch_leaves_and_the_guest_is_resumed()
    {
        _session.Send(TestFrames.Burst(10, 60));
        Expire();
        Assert.Equal(0, _host.ResumeCalls);
        Assert.InRange(_host.TimerMs, 0, 1);

        SetQueueLimit(1000);
        Expire();

        Assert.Equal(10u, _session.Counters.TransmittedFrames);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
        Assert.Equal(1, _host.ResumeCalls);
        Assert.True(_session.CanTransmit);
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _network.Dispose();
    }

    /// <summary>As QEMU's timer does: not before the time asked for.</summary>
    private void Expire()
    {
        Thread.Sleep(20);
        _session.Timer();
    }

    private void SetQueueLimit(int packets) => _network.SetQueue("lo", "pfifo", "limit", $"{packets}");
}
