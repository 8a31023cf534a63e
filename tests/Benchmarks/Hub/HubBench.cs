// SPDX-License-Identifier: GPL-2.0-or-later
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
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    public IReadOnlyList<HubResult> Run()
    {
        List<HubResult> results = [];
        foreach (HubCase hubCase in Cases())
        {
            progress($"{hubCase.Name}, {hubCase.FrameSize} bytes");
            results.AddRange(InterleavedRounds
                .Run(options.Common.Backends, options.Common.Rounds, backend => InterleavedRounds.UntilFramesPass(() => Measure(hubCase, backend)))
                .Select(result => new HubResult(hubCase, result.Subject, result.Rounds)));
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
        Loopback.KeepsRuns(hubCase.Direction == Direction.Transmit || hubCase.GsoSender);
        using TemporaryDirectory directory = new();
        Port guest = hubCase is { Direction: Direction.Transmit, GuestSide: GuestSide.Bare }
            ? new StreamPort(directory.File("guest"))
            : new TapPort("guest0");
        using HubRig rig = new(options.Common, backend, hubCase.Direction, guest);
        (Port from, Port to) = rig.Ends(hubCase.Direction);
        using CountingSource source = new(from.OpenSource(HubRig.Frame(hubCase.FrameSize)));
        using IFrameSink sink = hubCase is { Direction: Direction.Receive, GuestSide: GuestSide.Bare }
            ? OpenBareSink(rig.Qemu, source, rig.Wire)
            : to.OpenSink(hubCase.FrameSize);
        return new LoadLoop(source, sink, rig.Qemu.Id).Run(s_warmUp, options.Window);
    }

    /// <summary>Frames go through the hub as before, and end there.</summary>
    private static ConsumedSink OpenBareSink(QemuProcess qemu, CountingSource source, Port wire)
    {
        _ = qemu.Qmp.Execute("set_link", new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "guest", ["up"] = false });
        return new ConsumedSink(source, wire.CountLost);
    }
}
