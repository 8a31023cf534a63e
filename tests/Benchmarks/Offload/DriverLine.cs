// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics.CodeAnalysis;

namespace Benchmarks.Offload;

/// <summary>One line that the driver prints.</summary>
/// <param name="Direction">Which way.</param>
/// <param name="Subject">Who.</param>
/// <param name="Chunks">Pieces of work that were timed, all of them equal.</param>
/// <param name="ChunkBytes">UDP payload of one.</param>
/// <param name="Datagrams">Of all chunks.</param>
/// <param name="Frames">That the plane delivered to the guest.</param>
/// <param name="Calls">System calls that sent or received.</param>
/// <param name="CpuSeconds">User and system time of all chunks.</param>
/// <param name="ChunkSeconds">Wall time of the median chunk.</param>
/// <param name="Info">What `info network` would show.</param>
[SuppressMessage("Performance", "CA1812", Justification = "made by the JSON reader")]
internal sealed record DriverLine(
    Direction Direction,
    OffloadSubject Subject,
    long Chunks,
    long ChunkBytes,
    long Datagrams,
    long Frames,
    long Calls,
    double CpuSeconds,
    double ChunkSeconds,
    string Info);

/// <summary>Who moves the bytes.</summary>
internal enum OffloadSubject
{
    /// <summary>The plugin's data plane.</summary>
    Ours,

    /// <summary>A loop of system calls that does nothing else.</summary>
    Bare,
}
