// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;

namespace DataPlane.Tests.Sockets;

/// <summary>The table at the head of UdpSegmentation: what each event makes of each state.</summary>
public sealed class SegmentationStateTests
{
    private const int Size = 1000;

    /// <summary>A kernel of before 6.10.</summary>
    private const int Segments = 64;

    private static readonly string s_ioError = new Errno(LinuxConstants.EIO).ToString();

    /// <summary>
    /// The state, how it comes about from Trusted, the event, the next state, whether runs of datagrams of 1000 bytes are sent then, and
    /// what is said of it. EMSGSIZE and EIO: a run of such datagrams was refused for this reason.
    /// </summary>
    public static TheoryData<string, string, string, string, bool, string> Transitions => new()
    {
        { "Off", "off", "on", "Trusted", true, "" },
        { "Off", "EIO sent", "on", "Trusted", true, "" },
        { "Off", "EIO sent", "uneven", "Trusted", true, "" },
        { "Off", "EIO sent", "off", "Off", false, "" },
        { "Off", "EIO sent", "EMSGSIZE", "Off", false, "gso off (EIO)" },
        { "Off", "EIO sent", "sent", "Off", false, "gso off (EIO)" },
        { "Off", "EIO sent", "datagram", "Off", false, "gso off (EIO)" },
        { "Off", "EIO sent", "grown", "Off", false, "gso off (EIO)" },

        { "Trusted", "", "EMSGSIZE", "Suspected", true, "" },
        { "Trusted", "", "EIO", "Suspected", true, "" },
        { "Trusted", "", "off", "Off", false, "" },
        { "Trusted", "", "sent", "Trusted", true, "" },
        { "Trusted", "", "datagram", "Trusted", true, "" },
        { "Trusted", "", "grown", "Trusted", true, "" },

        { "Limited", "EMSGSIZE sent", "EIO", "Suspected", false, "gso below 1000 bytes only" },
        { "Limited", "EMSGSIZE sent", "grown", "Trusted", true, "" },
        { "Limited", "EMSGSIZE sent", "on", "Trusted", true, "" },
        { "Limited", "EMSGSIZE sent", "off", "Off", false, "" },
        { "Limited", "EMSGSIZE sent", "sent", "Limited", false, "gso below 1000 bytes only" },
        { "Limited", "EMSGSIZE sent", "datagram", "Limited", false, "gso below 1000 bytes only" },

        { "Suspected", "EMSGSIZE", "sent", "Limited", false, "gso below 1000 bytes only" },
        { "Suspected", "EIO", "sent", "Off", false, "gso off (EIO)" },
        { "Suspected", "EMSGSIZE sent EIO", "sent", "Off", false, "gso off (EIO)" },
        { "Suspected", "EMSGSIZE", "datagram", "Trusted", true, "" },
        { "Suspected", "EMSGSIZE sent EIO", "datagram", "Limited", false, "gso below 1000 bytes only" },
        { "Suspected", "EMSGSIZE", "EIO", "Suspected", true, "" },
        { "Suspected", "EMSGSIZE EIO", "sent", "Off", false, "gso off (EIO)" },
        { "Suspected", "EMSGSIZE", "grown", "Suspected", true, "" },
        { "Suspected", "EMSGSIZE sent EIO", "grown", "Suspected", true, "" },
        { "Suspected", "EMSGSIZE sent EIO grown", "datagram", "Trusted", true, "" },
        { "Suspected", "EIO", "on", "Trusted", true, "" },
        { "Suspected", "EIO", "off", "Off", false, "" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Each_event_leads_to_the_state_of_the_table(string state, string steps, string last, string next, bool sendsRuns, string withdrawn)
    {
        UdpSegmentation segmentation = UdpSegmentation.For(Segments, ipv6: false);
        foreach (string step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _ = Do(segmentation, step);
        }

        Assert.Equal(state, segmentation.State.ToString());
        _ = Do(segmentation, last);

        Assert.Equal(next, segmentation.State.ToString());
        Assert.Equal(sendsRuns, segmentation.Room(Size) > 1);
        Assert.Equal(sendsRuns, segmentation.Allows(Size, 2, 2 * Size));
        Assert.Equal(withdrawn.Replace("EIO", s_ioError, StringComparison.Ordinal), segmentation.Withdrawn);
        Assert.Equal(next is not "Off", segmentation.Room(Size - 1) > 1);
    }

    /// <summary>The log says it once, and again after the path has grown or the user has asked for runs.</summary>
    [Fact]
    public void Only_the_first_withdrawal_is_news()
    {
        UdpSegmentation segmentation = UdpSegmentation.For(Segments, ipv6: false);
        List<string> news = [];
        foreach (string step in (string[])["sent", "EMSGSIZE", "sent", "EIO", "datagram", "EIO", "sent", "on", "EMSGSIZE", "sent", "grown", "EIO", "sent"])
        {
            if (Do(segmentation, step))
            {
                news.Add(segmentation.Withdrawn);
            }
        }

        Assert.Equal(["gso below 1000 bytes only", "gso below 1000 bytes only", $"gso off ({s_ioError})"], news);
    }

    [Fact]
    public void Without_runs_it_is_off_from_the_start()
    {
        Assert.Equal(SegmentationState.Off, UdpSegmentation.None().State);
        Assert.Equal(SegmentationState.Off, UdpSegmentation.For(maximumSegments: 1, ipv6: false).State);
        Assert.Equal(SegmentationState.Trusted, UdpSegmentation.For(Segments, ipv6: true).State);
    }

    private static bool Do(UdpSegmentation segmentation, string step)
    {
        switch (step)
        {
            case "EMSGSIZE":
                segmentation.RunRefused(new Errno(LinuxConstants.EMSGSIZE), Size);
                return false;
            case "EIO":
                segmentation.RunRefused(new Errno(LinuxConstants.EIO), Size);
                return false;
            case "datagram":
                segmentation.DatagramRefused();
                return false;
            case "grown":
                segmentation.PathHasGrown();
                return false;
            case "sent":
                return segmentation.Sent();
            default:
                segmentation.Set(step switch { "on" => GsoSetting.On, "uneven" => GsoSetting.Uneven, _ => GsoSetting.Off });
                return false;
        }
    }
}
