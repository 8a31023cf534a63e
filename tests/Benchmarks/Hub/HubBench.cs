// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using Benchmarks.Traffic;

namespace Benchmarks.Hub;

/// <summary>
/// The backend without a guest: frames cross one QEMU from a tap to the netdev under test, or back, through its hub.
///
///                     tap "guest0"                         netdev under test
///       bench ── AF_PACKET ──▶ │ QEMU: tap ── hub ── netdev │ ──▶ UDP socket or tap "wire0" ── bench     transmit
///       bench ◀── statistics ─ │ QEMU: tap ── hub ── netdev │ ◀── UDP socket or tap "wire0" ── bench     receive
///
/// The tap on the guest's side and the hub cost every backend the same, so ratios are smaller than the backends' own. Each
/// case is therefore measured a second time with a guest's side that costs next to nothing (GuestSide.Bare).
///
/// The sender saturates. Towards a tap it is paced by the tap's ring, and nothing is lost. Towards a UDP socket it sends
/// what it can, QEMU's socket buffer overflows, and only what comes out counts. That buffer has the size its backend
/// chose, and in overload the size shows: a queue that does not fit into the second-level cache is read from further
/// away (25 MB instead of 0.2 MB cost a fifth of the frames where this was written).
///
/// Every measurement has a QEMU of its own. Backends take turns within a round, so that a machine that slows down slows
/// all of them. A tap has no GSO sender: its rows there are the plain sender's again.
/// </summary>
internal sealed class HubBench(HubOptions options, Action<string> progress)
{
    private const int ProbeSize = 60;
    private const int Attempts = 3;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(10);

    public IReadOnlyList<HubResult> Run()
    {
        List<HubResult> results = [];
        foreach (HubCase hubCase in Cases())
        {
            Dictionary<Backend, List<Measurement>> rounds = options.Common.Backends.ToDictionary(backend => backend, _ => new List<Measurement>());
            progress($"{hubCase.Name}, {hubCase.FrameSize} bytes");
            for (int round = 0; round < options.Common.Rounds; round++)
            {
                foreach (Backend backend in options.Common.Backends)
                {
                    rounds[backend].Add(Measure(hubCase, backend));
                }
            }

            results.AddRange(options.Common.Backends.Select(backend => new HubResult(hubCase, backend, rounds[backend])));
        }

        return results;
    }

    private IEnumerable<HubCase> Cases()
    {
        bool[] gsoSenders = options.GsoSender ? [false, true] : [false];
        return
            from guestSide in options.GuestSides
            from size in options.Sizes
            from direction in options.Directions
            from gsoSender in direction == Direction.Receive ? gsoSenders : [false]
            select new HubCase(direction, size, gsoSender, guestSide);
    }

    private Measurement Measure(HubCase hubCase, Backend backend)
    {
        // On a machine that others use, a whole window may pass in which QEMU gets no CPU.
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Measurement measurement = MeasureOnce(hubCase, backend);
            if (measurement.FramesPerSecond > 0)
            {
                return measurement;
            }
        }

        throw new InvalidDataException("no frame passed");
    }

    private Measurement MeasureOnce(HubCase hubCase, Backend backend)
    {
        Loopback.KeepsRuns(hubCase.Direction == Direction.Transmit || hubCase.GsoSender);
        using TemporaryDirectory directory = new();
        using Port guest = hubCase is { Direction: Direction.Transmit, GuestSide: GuestSide.Bare }
            ? new StreamPort(directory.File("guest"))
            : new TapPort("guest0");
        using Port wire = OpenWire(backend);
        using QemuProcess qemu = StartQemu(backend == Backend.Ours, wire.Netdev, guest.Netdev);
        (Port from, Port to) = hubCase.Direction == Direction.Transmit ? (guest, wire) : (wire, guest);
        WaitUntilFramesPass(qemu, from, to);
        using CountingSource source = new(from.OpenSource(Frame(hubCase.FrameSize)));
        using IFrameSink sink = hubCase is { Direction: Direction.Receive, GuestSide: GuestSide.Bare }
            ? OpenBareSink(qemu, source, wire)
            : to.OpenSink(hubCase.FrameSize);
        return new LoadLoop(source, sink, qemu.Id).Run(s_warmUp, options.Window);
    }

    /// <summary>Frames go through the hub as before, and end there.</summary>
    private static ConsumedSink OpenBareSink(QemuProcess qemu, CountingSource source, Port wire)
    {
        _ = qemu.Qmp.Execute("set_link", new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "guest", ["up"] = false });
        return new ConsumedSink(source, wire.CountLost);
    }

    private QemuProcess StartQemu(bool plugin, string wire, string guest) => QemuProcess.Start(new QemuOptions
    {
        Binary = options.Common.Qemu,
        Plugin = plugin,
        Settings = QemuLaunch.Settings(options.Common),
        Launcher = QemuLaunch.On(Cpus.Qemu),
        Arguments =
        [
            "-netdev", $"{wire},id=wire", "-netdev", "hubport,id=h0,hubid=0,netdev=wire",
            "-netdev", $"{guest},id=guest", "-netdev", "hubport,id=h1,hubid=0,netdev=guest",
        ],
    });

    private static Port OpenWire(Backend backend) => backend switch
    {
        Backend.Tap => new TapPort("wire0"),
        Backend.Dgram => new DgramPort(),
        _ => new L2tpPort(),
    };

    /// <summary>Until QEMU is up; and proof that what is counted later is the frame that was sent.</summary>
    private static void WaitUntilFramesPass(QemuProcess qemu, Port from, Port to)
    {
        byte[] frame = Frame(ProbeSize);
        long start = Stopwatch.GetTimestamp();
        byte[]? received;
        do
        {
            if (qemu.HasExited || Stopwatch.GetElapsedTime(start) > s_startTimeout)
            {
                throw new InvalidOperationException($"no frame came through {qemu.CommandLine}\n{qemu.StandardError}");
            }

            from.Send(frame);
            received = to.Receive(s_probeInterval);
        }
        while (received is null || !received.AsSpan().SequenceEqual(frame));

        from.StopListening();
        to.StopListening();
    }

    /// <summary>Two locally administered addresses, an EtherType nobody handles (IEEE 802 local experimental 1), a counting payload.</summary>
    private static byte[] Frame(int size)
    {
        byte[] frame = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, .. Enumerable.Range(14, size - 14).Select(i => (byte)i)];
        return frame;
    }
}
