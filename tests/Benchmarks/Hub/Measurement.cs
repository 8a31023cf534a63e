// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Hub;

/// <summary>One window of load through one QEMU.</summary>
/// <param name="FramesPerSecond">Frames that came out at the far end.</param>
/// <param name="CpuMicrosecondsPerFrame">User and system time of the QEMU process per frame delivered.</param>
/// <param name="Busy">CPU time of QEMU divided by the length of the window; near 1 when QEMU is the limit.</param>
/// <param name="Waited">Time QEMU was ready to run and did not, divided by the length of the window: other programs wanted its CPU.</param>
/// <param name="SentPerSecond">Frames the sender's socket accepted; above FramesPerSecond when some were lost.</param>
internal sealed record Measurement(
    double FramesPerSecond,
    double CpuMicrosecondsPerFrame,
    double Busy,
    double Waited,
    double SentPerSecond);
