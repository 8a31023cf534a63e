// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>A host that lets no file grow beyond a size (setrlimit(2), RLIMIT_FSIZE): to go beyond is SIGXFSZ, which ends a process.</summary>
public sealed class FileSizeLimitTests : IDisposable
{
    private const int Limit = 300_000;
    private const int FrameSize = 1400;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("pcap")]
    [InlineData("pcap-wire")]
    public void A_capture_that_reaches_the_limit_stops_with_a_word_and_traffic_goes_on(string setting)
    {
        string file = _directory.File("capture");
        using QemuTunnel tunnel = new(options: Options($"require,{setting}={file}", Limit));
        for (int i = 0; i < 2 * Limit / FrameSize; i++)
        {
            tunnel.SendFrame(TestFrames.Create(FrameSize));
            tunnel.Guest.Receive();
        }

        string line = Assert.Single(tunnel.Qemu.WaitForLog("capture"));
        Assert.EndsWith($"l2tpv3 netdev 'n0': the capture into {file} has stopped: File too large; traffic goes on", line, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(file).Length, 1, Limit);
        tunnel.AssertDelivers(TestFrames.Create(60, seed: 9));

        // As it was: what others do to their files is theirs.
        Assert.Equal(0UL, ProcessStatus.Read(tunnel.Qemu.Id).SignalMask("SigBlk") & (1UL << 24));
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    [Fact]
    public void A_statistics_page_that_may_not_be_made_is_said_once_and_the_netdev_works()
    {
        using QemuTunnel tunnel = new(options: Options($"require,stats={_directory.File("pages")}", 1000));
        Assert.Contains("File too large", Assert.Single(tunnel.Qemu.WaitForLog("l2tpv3-stat")), StringComparison.Ordinal);
        tunnel.AssertDelivers(TestFrames.Create(60));
    }

    private static QemuOptions Options(string settings, int limit) => new()
    {
        Plugin = true,
        Launcher = ["prlimit", $"--fsize={limit}"],
        Settings = settings,
    };
}
