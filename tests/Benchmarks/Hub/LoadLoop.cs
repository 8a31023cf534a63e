// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using Benchmarks.Traffic;

namespace Benchmarks.Hub;

/// <summary>
/// Sends and counts in one thread, in turns, and never sleeps: a reader that sleeps would have to be woken, and waking
/// a thread on another CPU costs whoever sends to it several microseconds; here that is QEMU, and only when its backend
/// has a socket.
/// </summary>
internal sealed class LoadLoop(IFrameSource source, IFrameSink sink, int qemuId)
{
    // A sender whose device is full comes back when so many frames have left it, or after this time: failing
    // all the while would fight with QEMU for the ring's lock.
    private const int RefillFrames = 64;
    private static readonly long s_refillTicks = Stopwatch.Frequency / 5000;

    private long _sent;
    private long _delivered;
    private long _resumeAtCount;
    private long _resumeAtTime;

    public Measurement Run(TimeSpan warmUp, TimeSpan window)
    {
        Pump(warmUp);
        long sent = _sent;
        long delivered = _delivered;
        CpuMeter meter = new(qemuId);
        long start = Stopwatch.GetTimestamp();
        Pump(window);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        TimeSpan cpu = meter.Cpu;
        TimeSpan wait = meter.Waited;
        delivered = _delivered - delivered;
        return new Measurement(
            delivered / seconds,
            delivered == 0 ? 0 : cpu.TotalMicroseconds / delivered,
            cpu.TotalSeconds / seconds,
            wait.TotalSeconds / seconds,
            (_sent - sent) / seconds);
    }

    private void Pump(TimeSpan duration)
    {
        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        long now;
        while ((now = Stopwatch.GetTimestamp()) < end)
        {
            if (_delivered >= _resumeAtCount || now >= _resumeAtTime)
            {
                int sent = source.Send();
                _sent += sent;
                _resumeAtCount = sent == 0 ? _delivered + RefillFrames : 0;
                _resumeAtTime = now + s_refillTicks;
            }

            _delivered = sink.Count();
        }
    }
}
