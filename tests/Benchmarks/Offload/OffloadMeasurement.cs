// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json.Serialization;

namespace Benchmarks.Offload;

/// <summary>One run of the driver, one direction, one subject.</summary>
/// <param name="GigabitsPerSecond">UDP payload, by the wall time of the median chunk.</param>
/// <param name="CpuSecondsPerGigabyte">Per 1e9 bytes of UDP payload.</param>
/// <param name="DatagramsPerFrame">Wire frames in each frame that the guest got; 0 where none is delivered.</param>
/// <param name="DatagramsPerCall">Wire frames in each system call.</param>
/// <param name="Collections">Garbage collections since the session was opened.</param>
/// <param name="Info">What `info network` would show.</param>
internal sealed record OffloadMeasurement(
    double GigabitsPerSecond,
    double CpuSecondsPerGigabyte,
    double DatagramsPerFrame,
    double DatagramsPerCall,
    int Collections,
    string Info)
{
    /// <summary>As InfoLine.cs writes it, when there is something to write.</summary>
    private const string CollectionsLabel = "garbage collections ";

    public static OffloadMeasurement From(DriverLine line) => new OffloadMeasurement(
        line.ChunkBytes * 8 / line.ChunkSeconds / 1e9,
        line.CpuSeconds / (line.ChunkBytes * line.Chunks / 1e9),
        line.Frames == 0 ? 0 : (double)line.Datagrams / line.Frames,
        (double)line.Datagrams / line.Calls,
        CountCollections(line.Info),
        line.Info);

    private static int CountCollections(string info)
    {
        int label = info.IndexOf(CollectionsLabel, StringComparison.Ordinal);
        return label < 0
            ? 0
            : int.Parse(info[(label + CollectionsLabel.Length)..].Split(',', 2)[0], CultureInfo.InvariantCulture);
    }
}

/// <summary>Plane and bare loop, measured in turns by one process.</summary>
internal sealed record OffloadRound(OffloadMeasurement Ours, OffloadMeasurement Bare)
{
    /// <summary>The plane's speed, by wall time.</summary>
    [JsonIgnore]
    public double Share => Ours.GigabitsPerSecond / Bare.GigabitsPerSecond;

    /// <summary>The plane's speed, by CPU time.</summary>
    [JsonIgnore]
    public double CpuShare => Bare.CpuSecondsPerGigabyte / Ours.CpuSecondsPerGigabyte;
}

/// <summary>All rounds of one direction.</summary>
internal sealed record OffloadResult(Direction Direction, IReadOnlyList<OffloadRound> Rounds);

/// <summary>What the offload bench is told.</summary>
internal sealed record OffloadOptions(
    CommonOptions Common,
    TimeSpan Window,
    int Burst,
    IReadOnlyList<Direction> Directions);
