// SPDX-License-Identifier: GPL-2.0-or-later

using System.Globalization;
using L2tpv3.Packets;
using L2tpv3.Packets.Wire;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Rules;

/// <summary>What happens between the two ends.</summary>
internal static class PathRules
{
    private const int ConnectionRefused = 111;

    public static Finding? NoRoute(Sample sample) => sample.Now.Page.State.HasRoute != 0
        ? null
        : new Finding(
            Severity.Error,
            "no route",
            $"There is no route to {sample.Now.Page.State.Peer}: nothing is sent or received. Check the interfaces and routes of this host. The netdev tries again every second.");

    public static Finding? SendFailure(Sample sample)
    {
        LiveState state = sample.Now.Page.State;
        string failure = state.SendFailure.ToString();
        if (failure.Length == 0)
        {
            return null;
        }

        string text = state.SendErrno == ConnectionRefused
            ? $"{state.Peer} rejects the datagrams (ICMP port unreachable): nothing listens there. Is the peer running, and are dst and dstport its src and srcport?"
            : $"Sending to {state.Peer} fails: {failure}.";
        return new Finding(Severity.Error, failure.ToLowerInvariant(), $"{text} {Errors(sample.Now.Page.Traffic.SendErrors)} so far, {Figures.Exact(sample.Now.Drops(DropReason.SendFailed))} frames lost.");
    }

    public static Finding? NothingReceived(Sample sample)
    {
        if (sample.Now.Page.Traffic.ReceivedDatagrams != 0 || sample.Now.Page.State.HasRoute == 0)
        {
            return null;
        }

        SessionDescription session = sample.Now.Page.Description;
        string check = session.SourceCheck != 0
            ? $"The kernel drops datagrams from any address or port but {session.Destination}, and does not count them. Is the peer behind NAT, or does it send from another port (source-check=off)?"
            : "Does the peer send to this address and port?";
        bool hasSent = sample.Now.Page.Traffic.TransmittedFrames != 0;
        return new Finding(
            hasSent ? Severity.Error : Severity.Note,
            "nothing received",
            $"Not one datagram has come to {session.Source}{(hasSent ? string.Empty : ", and none was sent")}. {check} A firewall would look the same.");
    }

    public static Finding? Silence(Sample sample)
    {
        bool isSilent = sample.Seconds > 0 && sample.Now.Page.Traffic.ReceivedDatagrams != 0
            && sample.Now.Page.Traffic.ReceivedDatagrams == sample.Before.Page.Traffic.ReceivedDatagrams
            && sample.TransmittedFrames > 0;
        return isSilent ? new Finding(Severity.Note, "no answer", "The netdev sends frames, and none comes back at the moment.") : null;
    }

    public static Finding? Fragments(Sample sample)
    {
        ulong count = sample.Now.Page.Traffic.FragmentedFrames;
        LiveState state = sample.Now.Page.State;
        return count == 0
            ? null
            : new Finding(
                Severity.Warning,
                "fragments",
                $"{Figures.Exact(count)} {(count == 1 ? "frame was" : "frames were")} longer than the path takes in one piece (now {state.MaximumFrame} bytes, path MTU {state.PathMtu}), and left in fragments. New TCP connections adapt by themselves (mssfix); for everything else lower the guest's MTU to {state.MaximumFrame - EthernetFrame.HeaderLength}, or raise the path's.");
    }

    public static Finding? NarrowPath(Sample sample)
    {
        LiveState state = sample.Now.Page.State;
        bool isNarrow = state.MaximumFrame is > 0 and < EthernetFrame.FullLength && sample.Now.Page.Traffic.FragmentedFrames == 0;
        return isNarrow
            ? new Finding(
                Severity.Note,
                $"path MTU {state.PathMtu}",
                $"The path takes packets of {state.PathMtu} bytes, that is frames of {state.MaximumFrame}: full frames of a guest with an MTU of 1500 would be fragmented, or dropped with df=on. TCP adapts by itself; for everything else set the guest's MTU to {state.MaximumFrame - EthernetFrame.HeaderLength}.")
            : null;
    }

    public static Finding? Sequence(Sample sample)
    {
        ulong lost = sample.Now.Page.Traffic.SequenceLost;
        ulong late = sample.Now.Drops(DropReason.Late);
        ulong repeated = sample.Now.Drops(DropReason.Repeated);
        return lost + late + repeated == 0
            ? null
            : new Finding(
                Severity.Warning,
                "losses on the path",
                $"The sequence numbers say that {Figures.Exact(lost)} frames never came or came too late ({Figures.Exact(late)}), and that {Figures.Exact(repeated)} came twice. reorder=N waits for late ones. A gap of more than 1024 counts once four more frames have followed it.");
    }

    public static Finding? ReceiveErrors(Sample sample)
    {
        ulong count = sample.Now.Page.Traffic.ReceiveErrors;
        string failure = sample.Now.Page.State.ReceiveFailure.ToString();
        if (failure.Length != 0)
        {
            return new Finding(
                Severity.Error,
                "receiving fails",
                string.Create(CultureInfo.InvariantCulture, $"Reading the socket fails: {failure} (errno {sample.Now.Page.State.ReceiveErrno}), {Errors(count)} so far. The peer's frames wait in the kernel's buffer, and are lost when it is full. Does a sandbox (seccomp) block recvmsg?"));
        }

        return count == 0 ? null : new Finding(Severity.Warning, "receive errors", $"Reading the socket failed: {Errors(count)}.");
    }

    private static string Errors(ulong count) => $"{Figures.Exact(count)} {(count == 1 ? "error" : "errors")}";
}
