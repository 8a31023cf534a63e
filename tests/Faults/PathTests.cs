// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace Faults;

/// <summary>The path takes less than before. What does not fit it any more goes in fragments, and soon.</summary>
public sealed class PathTests(FaultReport report)
{
    private const int Frames = 400;
    private const int Size = 1400;

    public static TheoryData<Encapsulation, int> Paths => new()
    {
        { Encapsulation.Udp4, 1300 },
        { Encapsulation.Ip4, 1300 },
        { Encapsulation.Udp4, 600 },
        { Encapsulation.Ip4, 600 },
        { Encapsulation.Udp6, 1280 },
        { Encapsulation.Ip6, 1280 },
    };

    /// <summary>No router is asked: the kernel knows at once, and no frame is lost.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void An_own_interface_that_takes_less_costs_no_frame(Encapsulation encapsulation, int mtu)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        FaultTest.Run(
            report,
            "own MTU shrinks",
            pair,
            () =>
            {
                pair.Left.Send(Frames / 2, Size);
                SetMtu(pair, mtu);
                pair.Left.Send(Frames, Size);
                Assert.True(pair.Recover(Size) <= TunnelPair.RecoveryLimit);
            },
            () => SetMtu(pair, 1500));
        Assert.Equal(pair.Left.Sent, pair.Right.Collected);
        Assert.Equal(0, pair.Left.Drops(DropReason.SendFailed));
        AssertFragmented(pair, encapsulation);
    }

    /// <summary>A router drops what does not fit and says so: that is lost, until the sender has heard of it.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_router_that_takes_less_is_heard_within_a_second(Encapsulation encapsulation, int mtu)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        FaultTest.Run(
            report,
            "router's MTU shrinks",
            pair,
            () =>
            {
                pair.Left.Send(Frames / 2, Size);
                pair.Settle();
                pair.SetFaults(new LineFaults { PathMtu = mtu });
                TimeSpan time = pair.Recover(Size);
                Assert.True(time <= TunnelPair.RecoveryLimit, $"{time}");
                pair.Left.Send(Frames, Size);
            },
            () => pair.SetFaults(LineFaults.None));
        Assert.Equal(0, pair.Left.Drops(DropReason.SendFailed));
        Assert.Equal(pair.LeftToRight.Line.TooBig, pair.Left.Sent - pair.Right.Collected);
        AssertFragmented(pair, encapsulation);
    }

    /// <summary>IPv6's sender fragments without a word; the netdev hears of it within 100 ms (PathMtu), and these frames take less.</summary>
    private static void AssertFragmented(TunnelPair pair, Encapsulation encapsulation) =>
        Assert.True(encapsulation.IsIpv6() || pair.Left.Page.Traffic.FragmentedFrames >= Frames);

    private static void SetMtu(TunnelPair pair, int mtu) =>
        pair.Left.Network.Ip("link", "set", FaultyLine.Device, "mtu", mtu.ToString(CultureInfo.InvariantCulture));
}
