// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Guests;

/// <summary>What iperf3 is asked to do.</summary>
/// <param name="IpVersion">4 or 6.</param>
/// <param name="Streams">Parallel TCP streams.</param>
internal sealed record GuestCase(int IpVersion, int Streams);

/// <summary>One run of iperf3 between two guests.</summary>
/// <param name="MegabitsPerSecond">TCP payload that the receiver got.</param>
/// <param name="CpuSecondsPerGigabyte">CPU time of both QEMUs, guests included, per 1e9 bytes of payload.</param>
/// <param name="MainSecondsPerGigabyte">The part of it that the main threads of both used.</param>
/// <param name="Retransmits">Segments that the sender sent again.</param>
/// <param name="Waited">Time threads of the QEMUs were ready to run and did not, divided by the length of the run.</param>
internal sealed record GuestMeasurement(double MegabitsPerSecond, double CpuSecondsPerGigabyte, double MainSecondsPerGigabyte, long Retransmits, double Waited);

/// <summary>All rounds of one case.</summary>
internal sealed record GuestCaseResult(GuestCase Case, IReadOnlyList<GuestMeasurement> Rounds);

/// <summary>All rounds of one backend.</summary>
/// <param name="Backend">The netdev between the guests.</param>
/// <param name="Streams">The rounds of each iperf3 case.</param>
/// <param name="PingMilliseconds">The median round trip of each round.</param>
internal sealed record GuestResult(
    Backend Backend,
    IReadOnlyList<GuestCaseResult> Streams,
    IReadOnlyList<double> PingMilliseconds);

/// <summary>What the guest bench is told.</summary>
internal sealed record GuestOptions(
    CommonOptions Common,
    TimeSpan Window,
    IReadOnlyList<int> Streams,
    IReadOnlyList<int> IpVersions,
    DirectoryInfo Image,
    string Accelerator);
