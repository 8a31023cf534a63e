// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Guests;

/// <summary>One run of iperf3 between two guests.</summary>
/// <param name="MegabitsPerSecond">TCP payload that the receiver got.</param>
/// <param name="CpuSecondsPerGigabyte">CPU time of both QEMUs, guests included, per 1e9 bytes of payload.</param>
/// <param name="Retransmits">Segments that the sender sent again.</param>
/// <param name="Waited">Time threads of the QEMUs were ready to run and did not, divided by the length of the run.</param>
internal sealed record GuestMeasurement(double MegabitsPerSecond, double CpuSecondsPerGigabyte, long Retransmits, double Waited);
