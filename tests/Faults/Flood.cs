// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Faults;

/// <summary>What a flood was, and what it cost the QEMU that it was for.</summary>
internal sealed record Flood(long Packets, TimeSpan Time, TimeSpan Processor)
{
    /// <summary>The share of one processor that QEMU used.</summary>
    public double Load => Processor / Time;

    /// <summary>Puts packets on the line to the left end, as fast as one thread can, while both guests send frames now and then.</summary>
    public static Flood Run(TunnelPair pair, TimeSpan time, Func<int, byte[]> packet)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        TimeSpan before = pair.Left.ProcessorTime;
        long packets = 0;
        Task flooding = Task.Run(() =>
        {
            for (int i = 0; elapsed.Elapsed < time; i++)
            {
                packets += pair.Line.RightToLeft.TryInject(packet(i)) ? 1 : 0;
            }
        });
        while (!flooding.IsCompleted)
        {
            pair.Left.Send(2, 200);
            pair.Right.Send(2, 200);
            Thread.Sleep(2);
        }

        flooding.GetAwaiter().GetResult();
        return new Flood(packets, elapsed.Elapsed, pair.Left.ProcessorTime - before);
    }

    public override string ToString() =>
        $"{Packets / Time.TotalSeconds / 1000:F0} thousand packets a second, QEMU uses {Load:P1} of a processor, {Processor.TotalMicroseconds / Packets:F2} µs a packet";
}
