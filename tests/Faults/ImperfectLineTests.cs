// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace Faults;

/// <summary>A line that loses, repeats, mixes up and spoils packets; what each fault costs is known beforehand.</summary>
public sealed class ImperfectLineTests(FaultReport report)
{
    private const int Frames = 1000;
    private const string Numbered = "seq=both";
    private const string Reordering = "seq=both,reorder=64";

    public static TheoryData<Encapsulation, string> Tunnels => new()
    {
        { Encapsulation.Udp4, "" },
        { Encapsulation.Udp6, "" },
        { Encapsulation.Ip4, "" },
        { Encapsulation.Ip6, "" },
        { Encapsulation.Udp4, Numbered },
        { Encapsulation.Ip6, Numbered },
        { Encapsulation.Udp4, Reordering },
        { Encapsulation.Ip6, Reordering },
    };

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void What_the_line_loses_is_all_that_is_missing(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = Run("loss, 10 %", encapsulation, settings, new LineFaults { Loss = 0.1 });
        Assert.Equal(0, pair.LeftToRight.Receiver.ReceiveDrops);
        Assert.InRange(pair.LeftToRight.Line.Lost, Frames / 20, Frames / 5);
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void A_repeated_frame_is_delivered_twice_or_with_numbers_once(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = Run("duplication, 10 %", encapsulation, settings, new LineFaults { Duplication = 0.1 });
        long copies = pair.LeftToRight.Line.Duplicated;
        Assert.InRange(copies, Frames / 20, Frames / 5);
        Assert.Equal(settings.Length == 0 ? (copies, 0) : (0, copies), (pair.Right.Guest.Repeated, pair.Right.Drops(DropReason.Repeated)));
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void Frames_in_a_wrong_order_come_so_or_with_numbers_never(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = Run("reordering, 10 %", encapsulation, settings, new LineFaults { Reordering = 0.1 });
        Assert.InRange(pair.LeftToRight.Line.Reordered, Frames / 20, Frames / 5);
        long late = pair.Right.Drops(DropReason.Late);
        if (settings.Length == 0)
        {
            Assert.True(pair.Right.Guest.Overtaken > 0);
            Assert.Equal(0, late);
            return;
        }

        Assert.Equal(0, pair.Right.Guest.Overtaken);
        ulong putBack = pair.Right.Page.Traffic.SequenceReordered;
        Assert.True(string.Equals(settings, Reordering, StringComparison.Ordinal) ? putBack > 0 : late > 0 && putBack == 0, $"{late} late, {putBack} put back");
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void A_wrong_bit_ends_in_a_counter_or_over_raw_IP_in_the_frame(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = Run("corruption, 10 %", encapsulation, settings, new LineFaults { Corruption = 0.1 });
        LineCounts line = pair.LeftToRight.Line;
        Assert.InRange(line.CorruptUdp + line.CorruptRest + line.CorruptCookie + line.CorruptSession, Frames / 20, Frames / 5);
        Assert.Equal(line.CorruptCookie, pair.Right.Drops(DropReason.WrongCookie));
        if (settings.Length == 0)
        {
            // Without a sublayer, what is behind the cookie is the frame; no checksum but UDP's has it.
            Assert.Equal(line.CorruptRest, pair.Right.Guest.Corrupt);
            Assert.Equal(line.CorruptUdp, pair.LeftToRight.Kernel);
        }
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void Forty_percent_of_wrong_cookies_are_refused_each_by_each(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = Run("wrong cookies, 40 %", encapsulation, settings, new LineFaults { WrongCookie = 0.4 });
        Assert.InRange(pair.LeftToRight.Line.WrongCookie, Frames / 4, Frames);
        Assert.Equal(pair.LeftToRight.Line.WrongCookie, pair.Right.Drops(DropReason.WrongCookie));
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void All_of_it_at_once_adds_up(Encapsulation encapsulation, string settings)
    {
        LineFaults faults = new() { Loss = 0.05, Duplication = 0.05, Reordering = 0.05, Corruption = 0.05, WrongCookie = 0.05 };
        using TunnelPair pair = Run("all of these, 5 % each", encapsulation, settings, faults);
        Assert.True(pair.Right.Guest.Count > Frames / 2);
    }

    private TunnelPair Run(string name, Encapsulation encapsulation, string settings, LineFaults faults)
    {
        TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = settings });
        try
        {
            FaultTest.Run(report, name, pair, () => Send(pair, faults), () => pair.SetFaults(LineFaults.None));
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    private static void Send(TunnelPair pair, LineFaults faults)
    {
        pair.SetFaults(faults);
        for (int i = 0; i < Frames; i += 100)
        {
            pair.Left.Send(100, 60 + i % 1300);
            pair.Right.Send(20, 400);
        }

        pair.Settle();
    }
}
