// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;

namespace DataPlane.Tests.Receive;

/// <summary>What the kernel says of a datagram, when somebody else has asked for more of it: the options of a socket are all its holders'.</summary>
public sealed class ControlMessageTests(Lab lab)
{
    // SOF_TIMESTAMPING_RX_SOFTWARE and SOF_TIMESTAMPING_SOFTWARE (linux/net_tstamp.h).
    private const int SoftwareStamps = 0x18;
    private static readonly int[] s_burst = [.. Enumerable.Repeat(207, 10)];

    [Fact]
    public void A_run_is_taken_apart_whatever_stands_in_front_of_its_size()
    {
        using Pair pair = Pair.Open(lab);
        int descriptor = pair.ReceiverHost.WatchedDescriptor;
        SystemCalls.SetOption(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS, 1);
        SystemCalls.SetOption(descriptor, LinuxConstants.IPPROTO_IP, LinuxConstants.IP_PKTINFO, 1);
        pair.Send(s_burst);
        pair.AssertReceived(s_burst);
        Assert.Contains("\"gro-runs\":1,", pair.Receiver.Get("statistics"), System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_size_was_cut_off_is_refused()
    {
        using Pair pair = Pair.Open(lab);
        int descriptor = pair.ReceiverHost.WatchedDescriptor;
        SystemCalls.SetOption(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS, 1);
        SystemCalls.SetOption(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPING, SoftwareStamps);
        SystemCalls.SetOption(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVMARK, 1);
        pair.Send(s_burst);
        pair.Receiver.ReadUntilDropped(1);
        Assert.Empty(pair.ReceiverHost.Frames);
        Assert.Equal(1u, pair.Receiver.Counters.Drops(DropReason.ControlCut));
    }
}
