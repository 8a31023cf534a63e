// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using Benchmarks.Hub;
using Benchmarks.Traffic;

namespace Benchmarks.Flight;

/// <summary>
/// One frame in flight: the next one is sent when the last one has come out at the far end of QEMU's hub. That is what a ping or
/// a request and its answer meet, where a netdev that waits for company loses. The wiring is HubBench's.
///
/// The bench sends, and looks without sleeping whether the frame has arrived, on a CPU of its own. A frame sent at once finds
/// QEMU's main loop still busy with what follows the one before (a bottom half, a second read), so that time counts, too.
///
/// A measurement has a QEMU of its own, and backends take turns within a round.
/// </summary>
internal sealed class FlightBench(FlightOptions options, Action<string> progress)
{
    private static readonly long s_timeout = Stopwatch.Frequency;

    public IReadOnlyList<FlightResult> Run()
    {
        List<FlightResult> results = [];
        foreach (FlightCase flight in from direction in options.Directions from size in options.Sizes select new FlightCase(direction, size))
        {
            progress($"one frame in flight, {flight.Name}, {flight.FrameSize} bytes");
            results.AddRange(InterleavedRounds
                .Run(options.Common.Backends, options.Common.Rounds, backend => Measure(flight, backend))
                .Select(result => new FlightResult(flight, result.Subject, result.Rounds)));
        }

        return results;
    }

    private FlightTimes Measure(FlightCase flight, Backend backend)
    {
        using HubRig rig = new(options.Common, backend, flight.Direction, new TapPort("guest0"));
        (Port from, Port to) = rig.Ends(flight.Direction);
        using IFrameSource source = from.OpenSingleSource(HubRig.Frame(flight.FrameSize));
        using IFrameSink sink = to.OpenSink(flight.FrameSize);
        _ = Fly(source, sink, options.Frames / 10);
        return Fly(source, sink, options.Frames);
    }

    private static FlightTimes Fly(IFrameSource source, IFrameSink sink, int frames)
    {
        double[] microseconds = new double[frames];
        for (int i = 0; i < frames; i++)
        {
            microseconds[i] = FlyOne(source, sink);
        }

        Array.Sort(microseconds);
        return new FlightTimes(microseconds[frames / 2], microseconds[frames * 99 / 100]);
    }

    private static double FlyOne(IFrameSource source, IFrameSink sink)
    {
        long before = sink.Count();
        long start = Stopwatch.GetTimestamp();
        if (source.Send() != 1)
        {
            throw new InvalidDataException("QEMU has no room for a single frame");
        }

        while (sink.Count() == before)
        {
            if (Stopwatch.GetTimestamp() - start > s_timeout)
            {
                throw new InvalidDataException("a frame did not arrive within a second");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
