// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using Benchmarks.Hub;
using Benchmarks.Traffic;

namespace Benchmarks.Vhost;

/// <summary>
/// A vhost-user back end without a VMM: the driver of tests/vhost-driver is the guest.
///
///     ours      driver ══ rings ══▶ │ l2tpv3-vhost │ ──▶ UDP socket, bench     transmit
///               driver ◀══ rings ══ │ l2tpv3-vhost │ ◀── UDP socket, bench     receive
///     bare                          │ bare-loop    │ ──▶ ◀── UDP socket, bench
///     testpmd   driver ══ rings ══  │ testpmd      │
///
/// One thread of the bench is the guest and the peer, in turns (LoadLoop); the back end has the other CPU. The guest does not sleep, so
/// nobody has to interrupt it; it kicks where the back end wants that. On loopback who sends pays for the peer's half of the
/// kernel's work, too. Runs arrive unsplit, as from a program on the same host (Loopback).
///
/// Every measurement has a process of its own. Subjects take turns within a round.
/// </summary>
internal sealed class VhostBench(VhostBenchOptions options, Action<string> progress)
{
    private const int ProbeSize = 60;

    // Buffers as Linux has them: an skb's head of up to a full frame, and what virtio-net adds to its receive queue (1536 bytes). Odd numbers of cache lines,
    // for the allocator of a kernel does not put the first lines of all buffers into the same few sets of the cache, either.
    private const uint Line = 64;
    private const uint SmallSlot = 27 * Line;
    private const uint LargeSlot = (1024 * Line) + (33 * Line);
    private const uint ReceiveSlot = 1536;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(10);

    private readonly Lazy<string> _bareLoop = new(() => BareLoop.Build(options.Common));

    public IReadOnlyList<VhostResult> Run()
    {
        Loopback.KeepsRuns(whole: true);
        List<VhostResult> results = [];
        foreach (VhostCase vhostCase in Cases())
        {
            progress($"{vhostCase.Name}, {vhostCase.FrameSize} bytes");
            results.AddRange(InterleavedRounds
                .Run([.. options.Subjects.Where(subject => Has(vhostCase, subject))], options.Common.Rounds, subject => InterleavedRounds.UntilFramesPass(() => Measure(vhostCase, subject)))
                .Select(result => new VhostResult(vhostCase, result.Subject, result.Rounds)));
        }

        return results;
    }

    private IEnumerable<VhostCase> Cases() =>
        from direction in options.Directions
        from vhostCase in options.Sizes.Select(size => new VhostCase(direction, size, IsLarge: false)).Concat(options.Large ? [new VhostCase(direction, TcpRun.FrameSize, IsLarge: true)] : [])
        select vhostCase;

    /// <summary>testpmd makes no TCP.</summary>
    private static bool Has(VhostCase vhostCase, VhostSubject subject) =>
        subject != VhostSubject.Testpmd || !vhostCase.IsLarge || vhostCase.Direction == Direction.Transmit;

    private Measurement Measure(VhostCase vhostCase, VhostSubject subject) => subject switch
    {
        VhostSubject.Ours => MeasureOurs(vhostCase),
        VhostSubject.Bare => MeasureBare(vhostCase),
        _ => MeasureTestpmd(vhostCase),
    };

    private Measurement MeasureOurs(VhostCase vhostCase)
    {
        using TemporaryDirectory directory = new();
        using L2tpPort wire = new();
        string socket = directory.File("vhost");
        using BackgroundProcess program = new(
            "taskset",
            "--cpu-list", Cpus.Qemu, options.Program.FullName, "--socket", socket,
            $"src=127.0.0.1,dst=127.0.0.1,udp=on,srcport={DatagramPort.QemuPort},dstport={DatagramPort.PeerPort},txsession=17,rxsession=34{Settings()}");
        using VhostDriver driver = VhostDriver.Start(DriverOptions(vhostCase), socket);
        WaitUntilFramesPass(driver, wire);
        if (vhostCase.Direction == Direction.Transmit)
        {
            using DriverSource source = OpenSource(driver, vhostCase);
            using IFrameSink sink = wire.OpenSink(vhostCase.FrameSize);
            return Run(source, sink, program.Id);
        }

        using IFrameSource sender = OpenSender(wire, vhostCase);
        using DriverSink guest = new(driver, figures => vhostCase.IsLarge ? TcpRun.FramesOf(figures.Frames, figures.Bytes) : (long)figures.Frames);
        return Run(sender, guest, program.Id);
    }

    private Measurement MeasureBare(VhostCase vhostCase)
    {
        using L2tpPort wire = new();
        string direction = vhostCase.Direction.ToString().ToLowerInvariant();
        using BackgroundProcess program = new(
            "taskset",
            "--cpu-list", Cpus.Qemu, _bareLoop.Value, direction, Number(DatagramPort.QemuPort), Number(DatagramPort.PeerPort), Number(L2tpPort.Header + vhostCase.FrameSize));
        if (vhostCase.Direction == Direction.Transmit)
        {
            using IFrameSink sink = wire.OpenSink(vhostCase.FrameSize);
            return Run(new NoSource(), sink, program.Id);
        }

        using CountingSource source = new(OpenSender(wire, vhostCase));
        using ConsumedSink consumed = new(source, wire.CountLost);
        return Run(source, consumed, program.Id);
    }

    private Measurement MeasureTestpmd(VhostCase vhostCase)
    {
        using TemporaryDirectory directory = new();
        string socket = directory.File("vhost");
        bool isSink = vhostCase.Direction == Direction.Transmit;
        using Testpmd testpmd = new($"net_vhost0,iface={socket}", isSink ? "rxonly" : "txonly", Cpus.Qemu, $"--txpkts={Number(vhostCase.FrameSize)}");
        using VhostDriver driver = VhostDriver.Start(DriverOptions(vhostCase), socket);
        if (isSink)
        {
            using DriverSource source = OpenSource(driver, vhostCase);
            using CountingSource counting = new(source);
            using ReturnedSink returned = new(counting, source, options.QueueSize);
            return Run(counting, returned, testpmd.Id);
        }

        using DriverSink sink = new(driver, figures => (long)figures.Frames);
        return Run(new NoSource(), sink, testpmd.Id);
    }

    private Measurement Run(IFrameSource source, IFrameSink sink, int process) => new LoadLoop(source, sink, process).Run(s_warmUp, options.Window);

    private VhostOptions DriverOptions(VhostCase vhostCase) => VhostOptions.Default with
    {
        QueueSize = (uint)options.QueueSize,
        TransmitSize = vhostCase.IsLarge ? LargeSlot : SmallSlot,
        ReceiveSize = ReceiveSlot,
    };

    private static DriverSource OpenSource(VhostDriver driver, VhostCase vhostCase) =>
        vhostCase.IsLarge
            ? new DriverSource(driver, TcpRun.LargeFrame(), TcpRun.Pieces(), vhostCase.FramesInOne)
            : new DriverSource(driver, [.. new byte[driver.HeaderSize], .. Frame(vhostCase.FrameSize)], [], vhostCase.FramesInOne);

    private static IFrameSource OpenSender(L2tpPort wire, VhostCase vhostCase) =>
        vhostCase.IsLarge ? wire.OpenSource(TcpRun.Frames()) : wire.OpenSource(Frame(vhostCase.FrameSize));

    /// <summary>Until the program is up; and proof that what is counted later is the frame that was sent.</summary>
    private static void WaitUntilFramesPass(VhostDriver driver, L2tpPort wire)
    {
        byte[] frame = Frame(ProbeSize);
        long start = Stopwatch.GetTimestamp();
        byte[]? received;
        do
        {
            if (Stopwatch.GetElapsedTime(start) > s_startTimeout)
            {
                throw new InvalidOperationException("no frame came through the back end");
            }

            driver.Transmit([.. new byte[driver.HeaderSize], .. frame]);
            received = wire.Receive(s_probeInterval);
        }
        while (received is null || !received.AsSpan().SequenceEqual(frame));
    }

    private string Settings() => options.Common.Settings.Length == 0 ? "" : "," + options.Common.Settings;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>As in HubBench.</summary>
    private static byte[] Frame(int size) =>
        [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, .. Enumerable.Range(14, size - 14).Select(i => (byte)i)];
}

/// <summary>The C program in bare-loop/.</summary>
internal static class BareLoop
{
    /// <summary>Compiles it.</summary>
    /// <returns>Its path.</returns>
    public static string Build(CommonOptions options)
    {
        options.Output.Create();
        string path = Path.Combine(options.Output.FullName, "bare-loop");
        string source = Path.Combine(Plugin.RepositoryRoot, "tests", "Benchmarks", "bare-loop", "main.c");
        _ = ProcessRunner.Check("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source);
        return path;
    }
}
