// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>The messages, judged by DPDK's back end.</summary>
[Collection(nameof(Testpmd))]
public sealed class TestpmdProtocolTests : IDisposable
{
    private const int FrameSize = 100;
    private const int UnknownRequest = 200;
    private const int RarpSize = 64;

    private readonly TemporaryDirectory _directory = new();
    private readonly Testpmd _testpmd;

    public TestpmdProtocolTests() => _testpmd = Testpmd.VhostBackend(Socket, "macswap");

    private string Socket => _directory.File("vhost");

    public void Dispose()
    {
        _testpmd.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_answers_are_those_of_the_back_end()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        Assert.Equal(128u, driver.QueueNum);
        Assert.Equal(VhostOptions.Default.Features & driver.Offered, driver.Features);
        VhostProtocolFeatures expected =
            VhostProtocolFeatures.Mq | VhostProtocolFeatures.LogShmfd | VhostProtocolFeatures.Rarp | VhostProtocolFeatures.ReplyAck |
            VhostProtocolFeatures.NetMtu | VhostProtocolFeatures.Status;
        Assert.Equal(expected, driver.ProtocolFeatures & expected);
        // VERSION, DRIVER, FEATURES_OK, DRIVER_OK of virtio's status.
        Assert.Equal(15u, driver.Get(VhostUserRequest.GetStatus));
    }

    [Theory]
    [InlineData(VhostProtocolFeatures.ReplyAck, VhostBehaviour.None)]
    [InlineData(VhostProtocolFeatures.ReplyAck, VhostBehaviour.NoAck)]
    [InlineData(VhostProtocolFeatures.None, VhostBehaviour.None)]
    public void It_works_with_and_without_acknowledgements(VhostProtocolFeatures features, VhostBehaviour behaviour)
    {
        using VhostDriver driver = Start(VhostOptions.Default with { ProtocolFeatures = features, Behaviour = behaviour });
        Assert.Equal(features, driver.ProtocolFeatures);
        FrameComesBack(driver);
    }

    [Fact]
    public void It_works_without_protocol_features()
    {
        VhostOptions options = VhostOptions.Default;
        options.Features &= ~VirtioFeatures.ProtocolFeatures;
        using VhostDriver driver = Start(options);
        Assert.Equal(VhostProtocolFeatures.None, driver.ProtocolFeatures);
        FrameComesBack(driver);
    }

    [Fact]
    public void After_a_stop_the_rings_go_on_where_they_were()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        FrameComesBack(driver);
        FrameComesBack(driver);
        driver.Stop();
        Assert.Equal(2, driver.Base(VhostDirection.Transmit));
        Assert.Equal(2, driver.Base(VhostDirection.Receive));
        driver.Start();
        FrameComesBack(driver);
    }

    [Fact]
    public void A_driver_that_begins_anew_has_empty_rings()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        FrameComesBack(driver);
        driver.Stop();
        driver.Reset();
        Assert.Equal(256, driver.Free(VhostDirection.Receive));
        _ = driver.Post(int.MaxValue);
        driver.Start();
        Assert.Equal(0, driver.Base(VhostDirection.Transmit));
        FrameComesBack(driver);
    }

    [Fact]
    public void A_connection_that_was_cut_is_made_again_behind_what_was_used()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        FrameComesBack(driver);
        FrameComesBack(driver);
        driver.Disconnect();
        driver.Connect(Socket);
        driver.Negotiate();
        driver.Start();
        Assert.Equal(2, driver.Base(VhostDirection.Transmit));
        FrameComesBack(driver);
    }

    [Fact]
    public void A_back_end_that_ends_is_noticed_by_who_waits()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        driver.StartReceive(1, Timeouts.Arrival);
        _testpmd.Dispose();
        VhostDriverException exception = Assert.Throws<VhostDriverException>(() => driver.Join(VhostDirection.Receive));
        Assert.Equal(VhostError.ConnectionReset, exception.Error);
    }

    [Fact]
    public void The_log_tells_which_pages_a_frame_has_made_dirty()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        driver.StartLog();
        ulong buffer = driver.Descriptors(VhostDirection.Receive)[0].Address;
        Assert.Equal(0, driver.DirtyPages);
        FrameComesBack(driver);
        Assert.True(driver.IsDirty(buffer));
        Assert.True(driver.IsDirty(driver.GuestAddress(ref driver.Used(VhostDirection.Receive)[0])));
        Assert.False(driver.IsDirty(driver.Descriptors(VhostDirection.Receive)[100].Address));
        Assert.True(driver.Clean(buffer));
        Assert.False(driver.IsDirty(buffer));

        driver.StopLog();
        long pages = driver.DirtyPages;
        FrameComesBack(driver);
        Assert.Equal(pages, driver.DirtyPages);
    }

    [Fact]
    public void The_back_end_announces_the_address_of_SEND_RARP()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        byte[] address = [0x02, 1, 2, 3, 4, 5];
        // As QEMU sends it: the six bytes first, in memory's order.
        driver.Set(VhostUserRequest.SendRarp, BitConverter.ToUInt64([.. address, 0, 0]));
        byte[] frame = PacketFrames.Frame(driver, driver.Receive());
        Assert.Equal(RarpSize, frame.Length);
        // testpmd has swapped the addresses: it was broadcast by this one.
        Assert.Equal(address, frame[..6]);
        Assert.Equal([0x80, 0x35], frame[12..14]);
    }

    [Fact]
    public void The_back_end_may_be_the_one_that_connects()
    {
        using TemporaryDirectory directory = new();
        using VhostDriver driver = new(VhostOptions.Default);
        driver.Listen(directory.File("vhost"));
        using Testpmd client = Testpmd.VhostBackend(directory.File("vhost"), "macswap", ",client=1");
        driver.Accept();
        driver.Negotiate();
        _ = driver.Post(int.MaxValue);
        driver.Start();
        FrameComesBack(driver);
    }

    [Fact]
    public void A_refused_request_says_so()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        // A size that is no power of two.
        VhostDriverException exception = Assert.Throws<VhostDriverException>(() => driver.Set(VhostUserRequest.SetVringNum, VhostDirection.Receive, 0x10000));
        Assert.Equal(VhostError.RemoteIo, exception.Error);
    }

    [Fact]
    public void Any_bytes_can_be_sent()
    {
        using VhostDriver driver = Start(VhostOptions.Default);
        byte[] message = [.. BitConverter.GetBytes(UnknownRequest), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(0)];
        driver.Send(message);
        // DPDK's answer to what it does not know is to hang up.
        Assert.Empty(driver.ReceiveMessage(Timeouts.Arrival)!);
    }

    private static void FrameComesBack(VhostDriver driver)
    {
        byte[] sent = PacketFrames.Create(driver, FrameSize);
        driver.Transmit(sent);
        Assert.Equal(PacketFrames.Swapped(PacketFrames.Frame(driver, sent)), PacketFrames.Frame(driver, driver.Receive()));
        driver.WaitForTransmitted();
    }

    private VhostDriver Start(VhostOptions options) => VhostDriver.Start(options, Socket);
}
