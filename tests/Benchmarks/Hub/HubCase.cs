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

/// <summary>Who stands for the guest on the hub.</summary>
internal enum GuestSide
{
    /// <summary>
    /// A tap. QEMU pays a system call a frame for it, read(2) or write(2), whatever the netdev under test does.
    /// </summary>
    Tap,

    /// <summary>
    /// Almost nothing, so that the netdev under test is what is measured: frames to transmit come from a unix stream socket,
    /// hundreds a system call; received frames end at a netdev whose link is down.
    /// </summary>
    Bare,
}

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

/// <summary>All rounds of one case with one backend.</summary>
internal sealed record HubResult(HubCase Case, Backend Backend, IReadOnlyList<Measurement> Rounds);

/// <summary>What the hub bench is told.</summary>
internal sealed record HubOptions(
    CommonOptions Common,
    TimeSpan Window,
    IReadOnlyList<int> Sizes,
    IReadOnlyList<Direction> Directions,
    IReadOnlyList<GuestSide> GuestSides,
    bool GsoSender);
