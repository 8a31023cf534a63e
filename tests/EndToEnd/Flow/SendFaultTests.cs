// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace EndToEnd.Flow;

/// <summary>What becomes of the guest's frames when the kernel does not take them.</summary>
public sealed class SendFaultTests : IDisposable
{
    // errno(3) of Linux
    private const int Eperm = 1;
    private const int Eintr = 4;
    private const int Eagain = 11;
    private const int Emsgsize = 90;
    private const int Enobufs = 105;
    private const int Econnrefused = 111;

    private const int Frames = 300;
    private const int Burst = 8;

    private readonly SendFaults _faults = new();
    private readonly QemuTunnel _tunnel;

    public SendFaultTests() => _tunnel = new QemuTunnel(options: _faults.Options());

    [Theory]
    [InlineData(Eagain, 1)]
    [InlineData(Eagain, 50)]
    [InlineData(Enobufs, 1)]
    [InlineData(Enobufs, 10)]
    [InlineData(Eintr, 3)]
    public void A_kernel_without_room_delays_frames_and_loses_none(int error, int calls)
    {
        for (int sent = 0; sent < Frames; sent += Burst)
        {
            if (sent % (Frames / 3) < Burst)
            {
                _faults.Fail(calls, error);
            }

            SendAndReceiveBurst(sent);
        }

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted >= Frames);
        Assert.Equal(0, info.Drops);
    }

    [Theory]
    [InlineData(Eagain)]
    [InlineData(Enobufs)]
    public void A_kernel_without_room_for_long_holds_the_guest_back_and_loses_nothing_that_was_accepted(int error)
    {
        _faults.Fail(-1, error);
        int accepted = 0;
        while (accepted < 5000 && _tunnel.Guest.TrySend(TestFrames.Create(60, accepted), Timeouts.Silence))
        {
            accepted++;
        }

        Assert.InRange(accepted, 1, 4999);
        Assert.Null(_tunnel.Wire.TryReceive(TimeSpan.Zero));

        _faults.Fail(0, 0);
        _tunnel.AssertLeave(TestFrames.Burst(accepted, 60));

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == accepted);
        Assert.Equal(0, info.Drops);
    }

    [Fact]
    public void A_wait_for_room_does_not_keep_the_event_loop_busy()
    {
        _faults.Fail(-1, Enobufs);
        _tunnel.Guest.Send(TestFrames.Create(60));
        Eventually.Get(() => _faults.Calls, calls => calls > 0, () => "the first try");
        int before = _faults.Calls;
        Stopwatch elapsed = Stopwatch.StartNew();
        System.Threading.Thread.Sleep(Timeouts.Silence);

        int calls = Eventually.Get(() => _faults.Calls - before, calls => calls > 0, () => "another try");
        Assert.InRange(calls, 1, 200 * (elapsed.Elapsed / Timeouts.Silence));
    }

    [Fact]
    public void A_kernel_that_takes_less_than_the_batch_gets_the_rest_in_order()
    {
        _faults.LimitMessages(3);
        for (int sent = 0; sent < Frames; sent += Burst)
        {
            SendAndReceiveBurst(sent);
        }
    }

    [Theory]
    [InlineData(Eperm)]
    [InlineData(Emsgsize)]
    public void An_error_that_was_there_once_costs_no_frame(int error)
    {
        _faults.Fail(1, error);

        SendAndReceiveBurst(0);

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == Burst);
        Assert.Equal(0, info.Drops);
        Assert.Contains("send errors 1", info.Line, StringComparison.Ordinal);
    }

    /// <summary>Sixteen tries, and after each of twenty waits sixteen more: the last one of all is taken.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(335)]
    public void Errors_that_ICMP_may_have_brought_cost_no_frame_when_they_are_many(int errors)
    {
        _faults.Fail(errors, Econnrefused);

        SendAndReceiveBurst(0);

        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == Burst);
        Assert.Equal(0, info.Drops);
    }

    // The first errors may be an earlier datagram's, or those of a storm. After the last EMSGSIZE the frame may be fragmented, and has sixteen tries more.
    [Theory]
    [InlineData(Eperm, 2)]
    [InlineData(Econnrefused, 336)]
    [InlineData(Emsgsize, 352)]
    public void A_frame_that_is_refused_each_time_is_dropped_and_counted_and_the_next_is_sent(int error, int refusals)
    {
        byte[] refused = TestFrames.Create(60, seed: 1);
        byte[] next = TestFrames.Create(60, seed: 2);
        _faults.Fail(refusals, error);

        _tunnel.Guest.Send(refused);
        _tunnel.AssertTransmits(next);
        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesTransmitted == 1);
        Assert.Equal(("send failed", 1L), (info.MostFrequentDrop, info.Drops));
    }

    [Fact]
    public void Receiving_goes_on_while_sending_fails()
    {
        _faults.Fail(-1, Eperm);
        byte[] frame = TestFrames.Create(60);
        for (int i = 0; i < 10; i++)
        {
            _tunnel.Guest.Send(frame);
            _tunnel.AssertDelivers(frame);
        }

        NetdevInfo info = _tunnel.WaitForInfo(info => info.Drops == 10);
        Assert.Equal(10, info.FramesReceived);
    }

    [Fact]
    public void A_netdev_that_waits_for_room_can_be_deleted()
    {
        _faults.Fail(-1, Eagain);
        _tunnel.Guest.Send(TestFrames.Create(60));

        _tunnel.Qemu.Qmp.Execute("netdev_del", new { id = "n0" });

        Assert.Equal(0, _tunnel.Qemu.Quit());
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _faults.Dispose();
    }

    private void SendAndReceiveBurst(int first)
    {
        _tunnel.Guest.Send(Enumerable.Range(0, Burst).Select(i => TestFrames.Create(60, first + i)));

        _tunnel.AssertLeave(Enumerable.Range(0, Burst).Select(i => TestFrames.Create(60, first + i)));
    }
}
