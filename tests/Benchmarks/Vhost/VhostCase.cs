// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Hub;

namespace Benchmarks.Vhost;

/// <summary>One row group of the table.</summary>
/// <param name="Direction">Which way.</param>
/// <param name="FrameSize">Of a frame on the wire, from the destination address to the last byte before the FCS.</param>
/// <param name="IsLarge">The guest's frames are TCP of 64 KiB, which hold many of that size; frames of the wire are counted.</param>
internal sealed record VhostCase(Direction Direction, int FrameSize, bool IsLarge)
{
    public string Name => Direction.ToString().ToLowerInvariant() + (IsLarge ? ", TCP of 64 KiB" : "");

    /// <summary>Frames of the wire in one of the guest's, when it sends.</summary>
    public int FramesInOne => IsLarge ? TcpRun.Segments : 1;
}

/// <summary>All rounds of one case with one subject.</summary>
internal sealed record VhostResult(VhostCase Case, VhostSubject Subject, IReadOnlyList<Measurement> Rounds);

/// <summary>What the vhost bench is told.</summary>
internal sealed record VhostBenchOptions(
    CommonOptions Common,
    TimeSpan Window,
    IReadOnlyList<int> Sizes,
    bool Large,
    IReadOnlyList<Direction> Directions,
    IReadOnlyList<VhostSubject> Subjects,
    FileInfo Program,
    int QueueSize);

/// <summary>Who has the other end of the rings, or stands in its place.</summary>
internal enum VhostSubject
{
    /// <summary>l2tpv3-vhost.</summary>
    Ours,

    /// <summary>No rings: a loop of system calls that moves the same datagrams, bare-loop/main.c.</summary>
    Bare,

    /// <summary>testpmd's vhost port, which does nothing with a frame. It looks at its rings all the time, so its CPU is always busy.</summary>
    Testpmd,
}
