// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// Bursts of frames, as a guest sends them: the plugin makes batches of them, and runs of equal size leave as one (UDP_SEGMENT)
/// and arrive as one (UDP_GRO). What is inside must not notice. QEMU sleeps while the frames come, so that it finds them all.
/// </summary>
public sealed class BurstTests : IDisposable
{
    // errno(3) of Linux
    private const int Eio = 5;
    private const int Einval = 22;
    private const int Emsgsize = 90;

    private static readonly L2tpv3Netdev s_netdev = new()
    {
        SourcePort = 1701,
        DestinationPort = 1702,
        Cookie = CookieSize.Bits64,
        TransmitCookie = 0x0102_0304_0506_0708,
        ReceiveCookie = 0x1112_1314_1516_1718,
        Counter = NetdevCounter.On,
    };

    private readonly NetworkNamespace _network = new();
    private readonly TapSocket _left;
    private readonly TapSocket _right;
    private readonly SendFaults _faults = new();

    public BurstTests()
    {
        _left = new TapSocket(_network, "left");
        _right = new TapSocket(_network, "right");
    }

    public static TheoryData<string> Patterns => ["equal small", "equal full size", "shorter last", "longer next", "mixed", "one large among small", "large"];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_burst_leaves_as_one_datagram_a_frame_in_order(string pattern)
    {
        NetdevInfo info = AssertBurstLeaves(pattern);

        // QEMU reads up to 50 frames from the tap at once, and all of them go with one call.
        Assert.InRange(_faults.Calls, 1, Math.Max(6, Frames(pattern).Count / 10));
        Assert.DoesNotContain("gso", info.Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Eio, 2)]
    [InlineData(Einval, 2)]
    [InlineData(Emsgsize, 336)]
    public void A_kernel_that_refuses_runs_gets_their_datagrams_one_by_one(int error, int times)
    {
        // Once it runs: the plugin tries the kernel's limits with the same call when the netdev is made. Twice: the first error may be
        // an earlier datagram's; sixteen times, and as often after each of twenty waits, for an error that ICMP brings, too.
        NetdevInfo info = AssertBurstLeaves("equal small", () => _faults.Fail(times, error));

        Assert.Equal(0, info.Drops);
        Assert.Contains("gso", info.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_above_the_path_MTU_leave_in_order_as_fragments()
    {
        // udp(7): a run whose datagrams do not fit the MTU is refused with EMSGSIZE; a single datagram is fragmented.
        _network.Ip("link", "set", "lo", "mtu", "1400");

        Assert.Equal(0, AssertBurstLeaves("equal full size").Drops);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_burst_from_plugin_to_plugin_arrives_in_order(string pattern) => AssertBurstArrives(pattern, plugin: true, string.Empty, 65_000);

    [Theory]
    [InlineData("gso=off")]
    [InlineData("gro=off")]
    [InlineData("gso=off,gro=off")]
    public void A_burst_arrives_without_segmentation_offloads(string settings) => AssertBurstArrives("mixed", plugin: true, settings, 65_000);

    [Theory]
    [InlineData("equal small")]
    [InlineData("equal full size")]
    [InlineData("shorter last")]
    [InlineData("longer next")]
    public void A_burst_from_plugin_to_stock_backend_arrives_in_order(string pattern) =>
        AssertBurstArrives(pattern, plugin: false, string.Empty, 2048);

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
        _network.Dispose();
        _faults.Dispose();
    }

    private static List<byte[]> Frames(string pattern)
    {
        IEnumerable<int> sizes = pattern switch
        {
            "equal small" => Enumerable.Repeat(60, 150),
            "equal full size" => Enumerable.Repeat(1514, 60),
            "shorter last" => Enumerable.Range(0, 60).Select(i => i % 10 == 9 ? 700 : 1514),
            "longer next" => Enumerable.Range(0, 100).Select(i => 60 + (i / 5)),
            "mixed" => Enumerable.Range(0, 150).Select(i => 60 + (i * 397 % 1455)),
            "one large among small" => Enumerable.Range(0, 100).Select(i => i == 50 ? 9000 : 60),
            "large" => Enumerable.Repeat(32_000, 6),
            _ => throw new ArgumentOutOfRangeException(nameof(pattern)),
        };
        return [.. sizes.Select((size, number) => TestFrames.Create(size, number))];
    }

    private static void AssertEqual(byte[] expected, byte[] received) => Assert.True(
        expected.AsSpan().SequenceEqual(received),
        string.Create(CultureInfo.InvariantCulture, $"{expected.Length} bytes came as {received.Length} other bytes"));

    private static void SendBurst(QemuProcess qemu, TapSocket guest, List<byte[]> frames)
    {
        qemu.Signal("STOP");
        frames.ForEach(frame => guest.Send(frame));
        qemu.Signal("CONT");
    }

    private NetdevInfo AssertBurstLeaves(string pattern, Action? prepare = null)
    {
        using WirePeer wire = _network.Run(() => WirePeer.Udp(port: s_netdev.DestinationPort!.Value));
        using QemuProcess qemu = QemuProcess.Start(_faults.Options() with
        {
            Namespace = _network,
            Arguments = ["-netdev", s_netdev.ToString(), .. _left.Arguments(s_netdev.Id)],
        });
        _left.Open();
        List<byte[]> frames = Frames(pattern);
        prepare?.Invoke();

        SendBurst(qemu, _left, frames);

        uint number = 0;
        foreach (byte[] frame in frames)
        {
            AssertEqual(s_netdev.Datagram(frame, ++number), wire.Receive());
        }

        return qemu.WaitForNetdev("n0", info => info.FramesTransmitted >= frames.Count);
    }

    private void AssertBurstArrives(string pattern, bool plugin, string settings, int maximum)
    {
        using QemuProcess left = Start(_left, s_netdev, settings: settings);
        using QemuProcess right = Start(_right, s_netdev.OtherEnd(), plugin, settings);
        List<byte[]> frames = Frames(pattern);
        Assert.All(frames, frame => Assert.InRange(frame.Length, 1, maximum));

        SendBurst(left, _left, frames);

        foreach (byte[] frame in frames)
        {
            AssertEqual(frame, _right.Receive());
        }
    }

    private QemuProcess Start(TapSocket guest, L2tpv3Netdev netdev, bool plugin = true, string settings = "")
    {
        QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = plugin,
            Namespace = _network,
            Settings = $"require,{settings}",
            Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
        });
        guest.Open();
        return qemu;
    }
}
