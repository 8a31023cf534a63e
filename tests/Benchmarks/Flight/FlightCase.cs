// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Flight;

/// <summary>One row group of the table.</summary>
/// <param name="Direction">Which way.</param>
/// <param name="FrameSize">Bytes from the destination address to the last byte before the FCS.</param>
internal sealed record FlightCase(Direction Direction, int FrameSize)
{
    public string Name => Direction == Direction.Transmit ? "transmit" : "receive";
}

/// <summary>One measurement, in microseconds from the call that sends a frame to the moment at which it is seen.</summary>
/// <param name="Median">p50.</param>
/// <param name="Slow">p99.</param>
internal sealed record FlightTimes(double Median, double Slow);

/// <summary>All rounds of one case with one backend.</summary>
internal sealed record FlightResult(FlightCase Case, Backend Backend, IReadOnlyList<FlightTimes> Rounds);

/// <summary>What the flight bench is told.</summary>
internal sealed record FlightOptions(CommonOptions Common, int Frames, IReadOnlyList<int> Sizes, IReadOnlyList<Direction> Directions);
