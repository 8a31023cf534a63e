// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.Packets;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Rules;

/// <summary>What happens in this host and in the guest.</summary>
internal static class LocalRules
{
    public static Finding? LinkDown(Sample sample) => sample.Now.Page.Traffic.LinkIsDown == 0
        ? null
        : new Finding(
            Severity.Error,
            "link down",
            $"The netdev's link is down (set_link): {Figures.Exact(sample.Now.Drops(DropReason.LinkDown))} frames for the guest were dropped.");

    public static Finding? NoNic(Sample sample)
    {
        ulong count = sample.Now.Drops(DropReason.NoNic);
        return count == 0
            ? null
            : new Finding(
                Severity.Warning,
                "no NIC",
                $"{Figures.Exact(count)} {(count == 1 ? "frame" : "frames")} for the guest came while this netdev had no NIC, and were dropped. A -device with netdev= gives it one.");
    }

    public static Finding? TooLargeForGuest(Sample sample)
    {
        ulong count = sample.Now.Drops(DropReason.TooLargeForGuest);
        return count == 0
            ? null
            : new Finding(
                Severity.Warning,
                "too large for guest",
                $"{Figures.Exact(count)} {(count == 1 ? "frame" : "frames")} for the guest did not fit its receive buffers, and were dropped. Set the same MTU at both ends of the tunnel; with mrg_rxbuf=on a virtio NIC takes frames of any size.");
    }

    public static Finding? NicLinkDown(Sample sample)
    {
        ulong count = sample.Now.Drops(DropReason.LinkDown);
        return count == sample.Before.Drops(DropReason.LinkDown) || sample.Now.Page.Traffic.LinkIsDown != 0
            ? null
            : new Finding(
                Severity.Error,
                "NIC's link down",
                $"The link of the guest's NIC is down (set_link of the NIC): {Figures.Exact(count)} frames for the guest were dropped.");
    }

    public static Finding? RefusedCalls(Sample sample)
    {
        string calls = RefusedCallNames.Of(sample.Now.Page.State.RefusedCalls);
        return calls.Length == 0
            ? null
            : new Finding(
                Severity.Note,
                "slower calls",
                $"A sandbox (seccomp) blocks {calls}, so each datagram needs its own system call. Nothing is lost. Allow the blocked calls in the sandbox.");
    }

    public static Finding? GuestFull(Sample sample)
    {
        TrafficCounters now = sample.Now.Page.Traffic;
        TrafficCounters before = sample.Before.Page.Traffic;
        bool isStuck = now.GuestIsFull != 0 && before.GuestIsFull != 0 && now.GuestFullCount == before.GuestFullCount;
        return isStuck
            ? new Finding(
                Severity.Error,
                "guest takes nothing",
                $"The guest does not take frames{(sample.Seconds > 0 ? string.Empty : " at this moment")}. Is it stopped? Is its interface up? Does it have a driver? It took {Figures.Exact(now.ReceivedFrames)} frames before. New ones wait in the kernel's buffer, and are lost when it is full.")
            : null;
    }

    public static Finding? SocketDrops(Sample sample)
    {
        ulong count = sample.Now.Page.Traffic.SocketDrops;
        return count == 0
            ? null
            : new Finding(
                Severity.Warning,
                "socket drops",
                $"The kernel has dropped {Figures.Exact(count)} {(count == 1 ? "datagram" : "datagrams")} at the socket: more came than QEMU could read, or a checksum was wrong. If the guest is slower than the peer, some must be lost. For bursts, a larger rcvbuf= and net.core.rmem_max help.");
    }

    public static Finding? TransmitBlocked(Sample sample)
    {
        TrafficCounters now = sample.Now.Page.Traffic;
        bool isStuck = now.TransmitIsBlocked != 0 && sample.Before.Page.Traffic.TransmitIsBlocked != 0 && now.TransmitCalls == sample.Before.Page.Traffic.TransmitCalls;
        return isStuck
            ? new Finding(Severity.Warning, "send buffer full", "The socket's send buffer is full, so the guest waits. Is the interface of this host slow or down?")
            : null;
    }

    public static Finding? GuestFrames(Sample sample)
    {
        DropReason worst = DropReason.None;
        for (DropReason reason = DropReason.GuestRunt; reason < DropReason.SendFailed; reason++)
        {
            worst = sample.Now.Drops(reason) > sample.Now.Drops(worst) ? reason : worst;
        }

        return worst == DropReason.None
            ? null
            : new Finding(
                Severity.Warning,
                DropWords.Of(worst),
                $"The guest sends invalid frames: {Figures.Exact(sample.Now.Drops(worst))} of them for `{DropWords.Of(worst)}`, the last of {sample.Now.LastValue(worst)} bytes. The cause is the guest's driver, or a program in the guest.");
    }

    public static Finding? SegmentationWithdrawn(Sample sample)
    {
        string why = sample.Now.Page.State.SegmentationWithdrawn.ToString();
        return why.Length == 0
            ? null
            : new Finding(
                Severity.Note,
                "slower sending",
                $"The kernel does not send runs of datagrams in one call (UDP_SEGMENT): {why}. Nothing is lost, but each datagram costs more. Often the device has no checksum offload (ethtool -k), or its MTU has shrunk. Kernels before 4.18 have no UDP_SEGMENT.");
    }

    public static Finding? NoOffload(Sample sample)
    {
        TrafficCounters traffic = sample.Now.Page.Traffic;
        return sample.Now.Page.State.VnetHeaderLength != 0 || traffic.TransmittedFrames + traffic.ReceivedFrames == 0
            ? null
            : new Finding(
                Severity.Note,
                "no offload",
                "The guest's NIC leaves neither checksums nor segmentation to this netdev: virtio-net-pci, e1000e, igb and vmxnet3 do, unless offload=off is set; other NICs do not. TCP is several times slower without.");
    }

    public static Finding? Notice(Sample sample)
    {
        string notice = sample.Now.Page.State.Notice.ToString();
        return notice.Length == 0 ? null : new Finding(Severity.Note, "notice", $"{notice}.");
    }

    public static Finding? InternalErrors(Sample sample)
    {
        ulong count = sample.Now.Page.Traffic.InternalErrors;
        return count == 0
            ? null
            : new Finding(Severity.Error, "internal errors", $"{Figures.Exact(count)} internal {(count == 1 ? "error" : "errors")}: bugs in the plugin. QEMU's log shows the first one; please report it.");
    }
}
