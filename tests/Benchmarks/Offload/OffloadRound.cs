// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json.Serialization;

namespace Benchmarks.Offload;

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
