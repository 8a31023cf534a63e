// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Statistics;

namespace Faults.Ends;

/// <summary>
/// Where the frames of one direction are. Each is in exactly one place:
///
///     sent = transmitted + not sent                              the netdev of the sender
///     transmitted + copies = dropped by the line + kernel's      the line, the receiver's kernel
///                            + filtered + datagrams
///     datagrams = received + refused                             the netdev of the receiver
///     received = got by the guest
/// </summary>
internal sealed record Ledger
{
    /// <summary>Frames that the guest has sent.</summary>
    public required long Sent { get; init; }

    /// <summary>The sender's netdev.</summary>
    public required EndCounts Sender { get; init; }

    /// <summary>The line.</summary>
    public required LineCounts Line { get; init; }

    /// <summary>Dropped by the queue of the sender's device.</summary>
    public required long Queued { get; init; }

    /// <summary>Dropped by the receiver's kernel, in its counters.</summary>
    public required long Kernel { get; init; }

    /// <summary>Datagrams of others that reached the session, and those of the tunnel that its socket's filter must refuse.</summary>
    public required long Filtered { get; init; }

    /// <summary>The receiver's netdev.</summary>
    public required EndCounts Receiver { get; init; }

    /// <summary>Frames that the guest has got.</summary>
    public required long Got { get; init; }

    /// <summary>All that has been put on its way: frames, copies, and packets of the test's own.</summary>
    public long All => Sent + Line.Duplicated + Line.Injected;

    /// <summary>All that was dropped, and counted by whoever did it.</summary>
    public long Dropped => Sender.TransmitDrops + Queued + Line.Lost + Line.TooBig + Line.Undeliverable + Kernel + Filtered + Receiver.ReceiveDrops;

    /// <summary>What nobody has counted.</summary>
    public long Unaccounted =>
        Math.Abs(Sent - Sender.Transmitted - Sender.TransmitDrops)
        + Math.Abs(Sender.Transmitted - Queued - Line.In)
        + Math.Abs(Line.Out + Line.Injected - Kernel - Filtered - Receiver.Datagrams)
        + Math.Abs(Receiver.Datagrams - Receiver.Received - Receiver.ReceiveDrops)
        + Math.Abs(Receiver.Received - Got);
}

/// <summary>What one netdev has counted, over all QEMUs that have had it.</summary>
internal sealed record EndCounts(long Transmitted, long TransmitDrops, long Datagrams, long Received, long ReceiveDrops, long InternalErrors)
{
    /// <summary>A netdev that has done nothing yet.</summary>
    public static readonly EndCounts Zero = new(0, 0, 0, 0, 0, 0);

    /// <summary>The words of a page.</summary>
    public static EndCounts Of(StatisticsPage page) => new(
        (long)page.Traffic.TransmittedFrames,
        NetdevPage.TransmitDrops(page),
        (long)page.Traffic.ReceivedDatagrams,
        (long)page.Traffic.ReceivedFrames,
        NetdevPage.ReceiveDrops(page),
        (long)page.Traffic.InternalErrors);

    /// <summary>Both together.</summary>
    public EndCounts Plus(EndCounts other) => new(
        Transmitted + other.Transmitted,
        TransmitDrops + other.TransmitDrops,
        Datagrams + other.Datagrams,
        Received + other.Received,
        ReceiveDrops + other.ReceiveDrops,
        InternalErrors + other.InternalErrors);
}
