// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rules;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>What is wrong with a session, and the words for it. One line of the table is one thing that goes wrong.</summary>
public sealed class ExplanationTests
{
    private static readonly Dictionary<string, (PageChange Change, Severity Severity, string Words)> s_table = new(StringComparer.Ordinal)
    {
        ["session"] = (Refuse(DropReason.WrongSession, 4213, 0x11), Severity.Error, "4,213 datagrams with session 0x11: the peer sends session 0x11, this netdev expects 0x22. Set rxsession=0x11 here, or the peer's txsession=0x22"),
        ["one session"] = (Refuse(DropReason.WrongSession, 1, 7), Severity.Error, "1 datagram with session 0x7:"),
        ["cookie"] = (Refuse(DropReason.WrongCookie, 5, 72, (ref StatisticsPage page) => page.Description.ReceiveCookieLength = 8), Severity.Error, "5 datagrams with a cookie other than the 64-bit rxcookie of this netdev"),
        ["version"] = (Refuse(DropReason.WrongVersion, 2, 2), Severity.Error, "2 datagrams with a version other than 3 (first word 0x2): the peer speaks L2TPv2"),
        ["control data"] = (Refuse(DropReason.ControlCut, 3, 200), Severity.Error, "3 datagrams came with more control data than there was room for (MSG_CTRUNC)"),
        ["control"] = (Refuse(DropReason.ControlMessage, 9, 0xc803), Severity.Error, "9 datagrams of the control channel"),
        ["short"] = (Refuse(DropReason.ShortHeader, 3, 6), Severity.Error, "3 datagrams of 6 bytes, shorter than the header of 8"),
        ["no number"] = (Refuse(DropReason.NoNumber, 3, 80), Severity.Error, "3 datagrams without a sequence number, which seq=recv needs"),
        ["runt"] = (Refuse(DropReason.Runt, 3, 20), Severity.Error, "3 datagrams whose frame is shorter than an Ethernet header"),
        ["no route"] = ((ref StatisticsPage page) => page.State.HasRoute = 0, Severity.Error, "There is no route to 192.0.2.2:1701"),
        ["refused"] = (Fail("Connection refused", 111), Severity.Error, "192.0.2.2:1701 rejects the datagrams (ICMP port unreachable): nothing listens there."),
        ["failing"] = (Fail("Operation not permitted", 1), Severity.Error, "Sending to 192.0.2.2:1701 fails: Operation not permitted. 7 errors so far, 3 frames lost."),
        ["nothing received"] = (Nothing(sent: 1), Severity.Error, "Not one datagram has come to 192.0.2.1:1701. The kernel drops datagrams from any address or port but 192.0.2.2:1701, and does not count them."),
        ["nothing at all"] = (Nothing(sent: 0), Severity.Note, "Not one datagram has come to 192.0.2.1:1701, and none was sent."),
        ["fragments"] = ((ref StatisticsPage page) => (page.Traffic.FragmentedFrames, page.State.MaximumFrame, page.State.PathMtu) = (12, 1464, 1500), Severity.Warning, "12 frames were longer than the path takes in one piece (now 1464 bytes, path MTU 1500), and left in fragments. New TCP connections adapt by themselves (mssfix); for everything else lower the guest's MTU to 1450"),
        ["narrow path"] = ((ref StatisticsPage page) => (page.State.MaximumFrame, page.State.PathMtu) = (1464, 1500), Severity.Note, "set the guest's MTU to 1450"),
        ["sequence"] = ((ref StatisticsPage page) => page.Traffic.SequenceLost = 8, Severity.Warning, "The sequence numbers say that 8 frames never came or came too late (0), and that 0 came twice."),
        ["receive errors"] = ((ref StatisticsPage page) => page.Traffic.ReceiveErrors = 1, Severity.Warning, "Reading the socket failed: 1 error."),
        ["link down"] = ((ref StatisticsPage page) => page.Traffic.LinkIsDown = 1, Severity.Error, "The netdev's link is down (set_link)"),
        ["no NIC"] = (Refuse(DropReason.NoNic, 5, 0), Severity.Warning, "5 frames for the guest came while this netdev had no NIC, and were dropped."),
        ["too large for guest"] = (Refuse(DropReason.TooLargeForGuest, 1, 0), Severity.Warning, "1 frame for the guest did not fit its receive buffers"),
        ["receiving fails"] = ((ref StatisticsPage page) => (page.Traffic.ReceiveErrors, page.State.ReceiveErrno) = Receiving(ref page, "Operation not permitted", 17, 1), Severity.Error, "Reading the socket fails: Operation not permitted (errno 1), 17 errors so far."),
        ["refused calls"] = ((ref StatisticsPage page) => page.State.RefusedCalls = 3, Severity.Note, "A sandbox (seccomp) blocks sendmmsg and recvmmsg, so each datagram needs its own system call."),
        ["socket drops"] = ((ref StatisticsPage page) => page.Traffic.SocketDrops = 4213, Severity.Warning, "The kernel has dropped 4,213 datagrams at the socket"),
        ["guest full"] = ((ref StatisticsPage page) => page.Traffic.GuestIsFull = 1, Severity.Error, "The guest does not take frames at this moment"),
        ["send buffer"] = ((ref StatisticsPage page) => page.Traffic.TransmitIsBlocked = 1, Severity.Warning, "The socket's send buffer is full"),
        ["guest frames"] = (Refuse(DropReason.FrameTooLong, 2, 65_600), Severity.Warning, "The guest sends invalid frames: 2 of them for `frame too long`, the last of 65600 bytes"),
        ["gso withdrawn"] = ((ref StatisticsPage page) => PageText.Write(page.State.SegmentationWithdrawn, "gso off (Input/output error)"), Severity.Note, "(UDP_SEGMENT): gso off (Input/output error)."),
        ["no offload"] = ((ref StatisticsPage page) => page.State.VnetHeaderLength = 0, Severity.Note, "virtio-net-pci, e1000e, igb and vmxnet3 do"),
        ["notice"] = ((ref StatisticsPage page) => PageText.Write(page.State.Notice, "rcvbuf is 208 KiB"), Severity.Note, "rcvbuf is 208 KiB."),
        ["internal"] = ((ref StatisticsPage page) => page.Traffic.InternalErrors = 2, Severity.Error, "2 internal errors: bugs in the plugin"),
    };

    public static TheoryData<string> Cases => [.. s_table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_thing_that_goes_wrong_has_words_of_its_own_and_no_others(string name)
    {
        (PageChange change, Severity severity, string words) = s_table[name];
        Finding finding = Assert.Single(Explanation.Of(Pages.Once(change)));
        Assert.Contains(words, finding.Text, StringComparison.Ordinal);
        Assert.Equal(severity, finding.Severity);
    }

    [Fact]
    public void Nothing_is_said_of_a_session_in_which_all_is_well() => Assert.Empty(Explanation.Of(Pages.Once()));

    [Fact]
    public void Strays_are_a_warning_only_once_frames_get_through()
    {
        Sample sample = Pages.Once((ref StatisticsPage page) => page.Drops[(int)DropReason.WrongSession].Count = 1);
        Assert.Equal(Severity.Warning, Assert.Single(Explanation.Of(sample)).Severity);
    }

    [Fact]
    public void The_worst_comes_first()
    {
        Sample sample = Pages.Once((ref StatisticsPage page) =>
        {
            page.State.VnetHeaderLength = 0;
            page.Traffic.FragmentedFrames = 1;
            page.State.HasRoute = 0;
        });
        Assert.Equal([Severity.Error, Severity.Warning, Severity.Note], Explanation.Of(sample).Select(finding => finding.Severity));
    }

    [Fact]
    public void A_guest_that_is_full_now_and_then_is_no_finding()
    {
        Sample sample = Pages.Twice(
            (ref StatisticsPage page) => (page.Traffic.GuestIsFull, page.Traffic.GuestFullCount) = (1, 5),
            (ref StatisticsPage page) => (page.Traffic.GuestIsFull, page.Traffic.GuestFullCount) = (1, 6));
        Assert.Empty(Explanation.Of(sample));
    }

    [Fact]
    public void Frames_that_go_out_while_none_comes_in_are_noted()
    {
        Sample sample = Pages.Twice((ref StatisticsPage page) => page.Traffic.TransmittedFrames = 900, (ref StatisticsPage _) => { });
        Assert.Equal("no answer", Assert.Single(Explanation.Of(sample)).What);
    }

    /// <summary>Nothing gets through, and this is why.</summary>
    private static PageChange Refuse(DropReason reason, ulong count, ulong last, PageChange? more = null) => (ref StatisticsPage page) =>
    {
        page.Drops[(int)reason].Count = count;
        page.Drops[(int)reason].LastValue = last;
        page.Traffic.ReceivedFrames = 0;
        more?.Invoke(ref page);
    };

    private static PageChange Fail(string text, int errno) => (ref StatisticsPage page) =>
    {
        PageText.Write(page.State.SendFailure, text);
        page.State.SendErrno = errno;
        page.Traffic.SendErrors = 7;
        page.Drops[(int)DropReason.SendFailed].Count = 3;
    };

    private static PageChange Nothing(ulong sent) => (ref StatisticsPage page) =>
    {
        page.Traffic = default;
        page.Traffic.TransmittedFrames = sent;
    };

    private static (ulong Errors, int Errno) Receiving(ref StatisticsPage page, string failure, ulong errors, int errno)
    {
        PageText.Write(page.State.ReceiveFailure, failure);
        return (errors, errno);
    }

    [Fact]
    public void A_NIC_whose_link_is_down_is_an_error_while_frames_come()
    {
        Netdev before = Pages.Netdev((ref StatisticsPage page) => page.Drops[(int)DropReason.LinkDown].Count = 3);
        Netdev now = Pages.Netdev((ref StatisticsPage page) => page.Drops[(int)DropReason.LinkDown].Count = 5, at: 1000);
        Finding finding = Assert.Single(Explanation.Of(new Sample(before, now)), finding => finding.Severity == Severity.Error);
        Assert.Contains("The link of the guest's NIC is down (set_link of the NIC): 5 frames for the guest were dropped.", finding.Text, StringComparison.Ordinal);
    }
}
