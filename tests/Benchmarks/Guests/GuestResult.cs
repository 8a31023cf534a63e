// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Guests;

/// <summary>All rounds of one backend.</summary>
/// <param name="Backend">The netdev between the guests.</param>
/// <param name="Streams">The rounds of each iperf3 case.</param>
/// <param name="PingMilliseconds">The median round trip of each round.</param>
internal sealed record GuestResult(
    Backend Backend,
    IReadOnlyList<GuestCaseResult> Streams,
    IReadOnlyList<double> PingMilliseconds);
