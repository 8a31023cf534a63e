// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>Loops of many frames, whose figures must be those of testpmd's own counters.</summary>
[Collection(nameof(Testpmd))]
public sealed class TestpmdLoadTests : IDisposable
{
    private const int Frames = 200_000;
    private const int FrameSize = 60;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory.File("vhost");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(VhostBehaviour.None)]
    [InlineData(VhostBehaviour.Poll)]
    public void All_frames_that_are_sent_arrive(VhostBehaviour behaviour)
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "rxonly");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Behaviour = behaviour }, Socket);
        VhostFigures figures = driver.TransmitMany(Frames, PacketFrames.Create(driver, FrameSize));
        Assert.Equal((ulong)Frames, figures.Frames);
        Assert.Equal((ulong)Frames * (FrameSize + 12), figures.Bytes);
        Assert.InRange(figures.CpuNanoseconds, 1ul, figures.Nanoseconds + 1_000_000);
        // testpmd counts a burst after it has given it back.
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") >= Frames, "all frames arrive");
        Assert.Equal(Frames, testpmd.Counter("RX-packets"));
        Assert.Equal((long)Frames * FrameSize, testpmd.Counter("RX-bytes"));
    }

    /// <summary>
    /// With event index, the index at which testpmd wants a kick stays where it was, and comes by again with each wrap of the 16 bits.
    /// </summary>
    [Theory]
    [InlineData(true, Frames / 65_536)]
    [InlineData(false, 0)]
    public void A_device_that_looks_at_its_ring_by_itself_is_kicked_when_the_index_wraps_or_never(bool eventIndex, int kicks)
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "rxonly");
        VhostOptions options = VhostOptions.Default;
        options.Features &= ~(eventIndex ? VirtioFeatures.None : VirtioFeatures.EventIdx);
        using VhostDriver driver = VhostDriver.Start(options, Socket);
        byte[] frame = PacketFrames.Create(driver, FrameSize);
        // Until testpmd takes the first, it has not yet said that it wants no kicks.
        driver.Transmit(frame);
        driver.WaitForTransmitted();
        VhostFigures figures = driver.TransmitMany(Frames, frame);
        Assert.InRange(figures.Kicks, (ulong)kicks, (ulong)(eventIndex ? kicks + 1 : kicks));
    }

    [Fact]
    public void All_frames_that_testpmd_has_sent_are_received()
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "txonly");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        driver.StartReceive(long.MaxValue, Timeouts.Arrival);
        Eventually.IsTrue(() => testpmd.Counter("TX-packets") > Frames, "testpmd sends");
        _ = testpmd.Command("stop");
        long sent = testpmd.Counter("TX-packets");
        // Whatever is in the ring is taken in a step of the loop's wait.
        Thread.Sleep(Timeouts.Silence);
        driver.Cancel(VhostDirection.Receive);
        VhostFigures figures = driver.Join(VhostDirection.Receive);
        Assert.Equal((ulong)sent, figures.Frames);
        Assert.Equal((ulong)sent * (64 + 12), figures.Bytes);
        // Each wait of the loop brings one at most, and most bursts need none.
        Assert.InRange(figures.Interrupts, 1ul, figures.Frames / 2);
    }

    [Fact]
    public void Both_ways_run_at_a_time_on_threads_of_the_drivers()
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "macswap");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        driver.StartReceive(long.MaxValue, s_pause);
        driver.StartTransmit(Frames, PacketFrames.Create(driver, FrameSize));
        Assert.Equal((ulong)Frames, driver.Join(VhostDirection.Transmit).Frames);
        VhostFigures received = driver.Join(VhostDirection.Receive);
        // After a pause of a second, so its counters are right: testpmd drops what finds no buffer, and counts what it could send.
        Assert.Equal((ulong)testpmd.Counter("TX-packets"), received.Frames);
        Assert.InRange(received.Frames, 1ul, (ulong)Frames);
    }

    [Fact]
    public void Bursts_send_and_take_without_waiting()
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "macswap");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        byte[] frame = PacketFrames.Create(driver, FrameSize);
        driver.Prepare(frame);
        int sent = driver.TransmitBurst(frame.Length, []);
        Assert.Equal(256, sent);
        VhostFigures figures = default;
        Eventually.IsTrue(
            () =>
            {
                driver.ReceiveBurst(ref figures);
                return figures.Frames == 256;
            },
            "all frames come back");
        Assert.Equal(256ul * (FrameSize + 12), figures.Bytes);
    }

    [Fact]
    public void A_loop_that_is_patient_outlives_the_connection_and_each_frame_is_sent_once()
    {
        const long frames = 10 * Frames;
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "rxonly");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default with { Behaviour = VhostBehaviour.Patient }, Socket);
        driver.StartTransmit(frames, PacketFrames.Create(driver, FrameSize));
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") > 0, "frames arrive");
        driver.Disconnect();
        Assert.InRange(testpmd.Counter("RX-packets"), 1, frames - 1);
        driver.Connect(Socket);
        driver.Negotiate();
        driver.Start();
        Assert.Equal((ulong)frames, driver.Join(VhostDirection.Transmit).Frames);
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") >= frames, "all frames arrive");
        Assert.Equal(frames, testpmd.Counter("RX-packets"));
    }

    [Fact]
    public void A_loop_that_is_canceled_counts_what_was_given_back()
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "rxonly");
        using VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        driver.StartTransmit(long.MaxValue, PacketFrames.Create(driver, FrameSize));
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") > 1000, "frames arrive");
        driver.Cancel(VhostDirection.Transmit);
        ulong frames = driver.Join(VhostDirection.Transmit).Frames;
        driver.WaitForTransmitted();
        // The ring may have been full when the loop ended.
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") >= (long)frames, "all frames arrive");
        Assert.InRange(testpmd.Counter("RX-packets"), (long)frames, (long)frames + 256);
    }

    [Fact]
    public void The_driver_ends_in_the_middle_of_its_loops()
    {
        using Testpmd testpmd = Testpmd.VhostBackend(Socket, "macswap");
        VhostDriver driver = VhostDriver.Start(VhostOptions.Default, Socket);
        driver.StartReceive(long.MaxValue, Timeouts.Arrival);
        driver.StartTransmit(long.MaxValue, PacketFrames.Create(driver, FrameSize));
        Eventually.IsTrue(() => testpmd.Counter("RX-packets") > 1000, "frames arrive");
        driver.Dispose();
        using VhostDriver next = VhostDriver.Start(VhostOptions.Default, Socket);
        next.Transmit(PacketFrames.Create(next, FrameSize));
        Assert.Equal(FrameSize + 12, next.Receive().Length);
    }

    /// <summary>So that a test of a back end can have a driver that nobody here wrote, too.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Testpmd_drives_testpmd(bool mergeable)
    {
        using Testpmd device = Testpmd.VhostBackend(Socket, "io");
        using Testpmd guest = Testpmd.VirtioDriver(Socket, "io", mergeable);
        // A burst that goes round for ever.
        _ = guest.Command("stop");
        _ = guest.Command("start tx_first");
        Eventually.IsTrue(() => guest.Counter("RX-packets") > 1000, "packets go both ways");
        _ = guest.Command("stop");
        Eventually.IsTrue(() => guest.Counter("TX-packets") == device.Counter("RX-packets"), "all packets arrive");
        Assert.Equal(guest.Counter("TX-packets") * 64, device.Counter("RX-bytes"));
    }
}
