// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Hub;

/// <summary>One row group of the table: what is sent, and how.</summary>
/// <param name="Direction">Which way.</param>
/// <param name="FrameSize">Bytes from the destination address to the last byte before the FCS.</param>
/// <param name="GsoSender">The peer sends runs of datagrams with one UDP_SEGMENT message each.</param>
internal sealed record HubCase(Direction Direction, int FrameSize, bool GsoSender)
{
    public string Name => Direction switch
    {
        Direction.Transmit => "transmit",
        _ => GsoSender ? "receive, GSO sender" : "receive",
    };
}
