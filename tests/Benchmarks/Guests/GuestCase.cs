// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Guests;

/// <summary>What iperf3 is asked to do.</summary>
/// <param name="IpVersion">4 or 6.</param>
/// <param name="Streams">Parallel TCP streams.</param>
internal sealed record GuestCase(int IpVersion, int Streams);
