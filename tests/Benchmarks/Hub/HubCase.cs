// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Hub;

/// <summary>One row group of the table: what is sent, and how.</summary>
/// <param name="Direction">Which way.</param>
/// <param name="FrameSize">Bytes from the destination address to the last byte before the FCS.</param>
/// <param name="GsoSender">Runs of datagrams that the peer sent with UDP_SEGMENT arrive unsplit, as from a program on
/// the same host; else datagrams arrive one by one, as from a wire.</param>
/// <param name="GuestSide">Who stands for the guest.</param>
internal sealed record HubCase(Direction Direction, int FrameSize, bool GsoSender, GuestSide GuestSide)
{
    public string Name => (GuestSide == GuestSide.Bare ? "netdev alone, " : "") + Direction switch
    {
        Direction.Transmit => "transmit",
        _ => GsoSender ? "receive, GSO sender" : "receive",
    };
}
