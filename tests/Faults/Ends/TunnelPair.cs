// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Faults.Ends;

/// <summary>Two QEMUs with a tunnel between them, over a line that the test holds.</summary>
internal sealed class TunnelPair : IDisposable
{
    /// <summary>What the issue of all this asks for.</summary>
    public static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(1);

    private const int ProbeMs = 20;
    private const int ProbeSize = 100;
    private readonly Belongings _belongings = new();
    private readonly EndOptions _options;
    private long _dropsByFilter;

    /// <summary>Starts both, and waits until frames pass.</summary>
    public TunnelPair(EndOptions options)
    {
        _options = options;
        Line = _belongings.Add(new FaultyLine());
        try
        {
            Left = _belongings.Add(new End(Line.Left, options.Left, options.Settings));
            Right = _belongings.Add(new End(Line.Right, options.Left.OtherEnd(), options.Settings));
            Left.Passed = () => Line.LeftToRight.Counts.In;
            Right.Passed = () => Line.RightToLeft.Counts.In;
            Recover();
            Settle();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The line.</summary>
    public FaultyLine Line { get; }

    /// <summary>One end.</summary>
    public End Left { get; }

    /// <summary>The other end.</summary>
    public End Right { get; }

    /// <summary>From left to right.</summary>
    public Ledger LeftToRight => Read(Left, Line.LeftToRight, Right);

    /// <summary>From right to left.</summary>
    public Ledger RightToLeft => Read(Right, Line.RightToLeft, Left);

    /// <summary>The devices' own queues may drop packets, too.</summary>
    public bool CountsQueue { get; set; }

    /// <summary>What a queue has dropped that is there no more, on the left.</summary>
    public long QueueDroppedBefore { get; set; }

    /// <summary>The fault: frames both ways meet this.</summary>
    public void SetFaults(LineFaults faults)
    {
        Line.LeftToRight.Faults = faults;
        Line.RightToLeft.Faults = faults with { Seed = faults.Seed + 1 };
    }

    /// <summary>Packets that the test has put on the line are for a raw socket's filter, which counts nothing.</summary>
    public void ExpectFiltered(long packets) => _dropsByFilter += packets;

    /// <summary>Waits until every frame is somewhere for good.</summary>
    public void Settle()
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        while (LeftToRight.Unaccounted + RightToLeft.Unaccounted != 0 && elapsed.Elapsed < Timeouts.Arrival)
        {
            Thread.Sleep(5);
        }
    }

    /// <summary>Sends a frame every 20 ms from both ends until one from each has come.</summary>
    /// <param name="size">Bytes of the left end's frames.</param>
    /// <returns>How long that took.</returns>
    public TimeSpan Recover(int size = ProbeSize)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        long left = Left.Sent;
        long right = Right.Sent;
        while (!Left.Guest.HasReached(right) || !Right.Guest.HasReached(left))
        {
            if (elapsed.Elapsed > Timeouts.Arrival)
            {
                throw new TimeoutException($"{_options}: no frame passes\n{this}");
            }

            Left.Send(1, size);
            Right.Send(1, ProbeSize);
            long next = elapsed.ElapsedMilliseconds + ProbeMs;
            while (elapsed.ElapsedMilliseconds < next && !(Left.Guest.HasReached(right) && Right.Guest.HasReached(left)))
            {
                Thread.Sleep(1);
            }
        }

        return elapsed.Elapsed;
    }

    public override string ToString() =>
        $"""
        -> {LeftToRight}
        <- {RightToLeft}
        left: {KernelDrops.Describe(Left.Network)}
        right: {KernelDrops.Describe(Right.Network)}
        {Left.Qemu.StandardError}{Right.Qemu.StandardError}
        """;

    public void Dispose() => _belongings.Dispose();

    private Ledger Read(End from, LineDirection line, End to)
    {
        LineCounts counts = line.Counts;
        long filtered = _options.IsUdp ? 0 : counts.CorruptSession;
        return new Ledger
        {
            Sent = from.Sent,
            Sender = from.Counts,
            Line = counts,
            Queued = CountsQueue ? KernelDrops.Queued(from.Network) + (ReferenceEquals(from, Left) ? QueueDroppedBefore : 0) : 0,
            Kernel = KernelDrops.Received(to.Network),
            Filtered = filtered + (ReferenceEquals(to, Left) ? _dropsByFilter : 0),
            Receiver = to.Counts,
            Got = to.Collected,
        };
    }
}
