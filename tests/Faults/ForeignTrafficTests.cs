// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace Faults;

/// <summary>Packets that are not for the tunnel, or not of its peer, as many as one thread can send.</summary>
public sealed class ForeignTrafficTests(FaultReport report)
{
    /// <summary>What a QEMU may use that is not even woken; its own timers and the frames of the tunnel are in it.</summary>
    private const double IdleLoad = 0.15;

    /// <summary>For a datagram that has to be read, judged and counted: far less than any frame costs.</summary>
    private const double RefusalMicroseconds = 10;

    private const int Stranger = 77;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(0.5);

    /// <summary>The socket is connected, so the kernel looks for another one, and finds none.</summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_flood_from_another_address_does_not_wake_QEMU(Encapsulation encapsulation) => NotWoken(
        "flood from another address", encapsulation, isFiltered: false, packet => packet.From(FaultyLine.Address(packet.Parts.IsIpv6, Stranger)));

    [Theory]
    [InlineData(Encapsulation.Udp4)]
    [InlineData(Encapsulation.Udp6)]
    public void A_flood_from_another_port_of_the_peer_does_not_wake_QEMU(Encapsulation encapsulation) => NotWoken(
        "flood from another port", encapsulation, isFiltered: false, packet => packet.Ports(TunnelPacket.Port + 1, TunnelPacket.Port));

    /// <summary>Another tunnel of the same two hosts: the socket's filter refuses it.</summary>
    [Theory]
    [InlineData(Encapsulation.Ip4)]
    [InlineData(Encapsulation.Ip6)]
    public void A_flood_of_another_session_does_not_wake_QEMU(Encapsulation encapsulation) => NotWoken(
        "flood of another session", encapsulation, isFiltered: true, packet => packet.Session(0xDEAD_BEEF));

    /// <summary>These have to be read. They must be cheap, and must not crowd out the tunnel's own frames for longer than they last.</summary>
    [Theory]
    [InlineData(Encapsulation.Udp4, "")]
    [InlineData(Encapsulation.Udp6, "")]
    [InlineData(Encapsulation.Ip4, "")]
    [InlineData(Encapsulation.Ip6, "")]
    [InlineData(Encapsulation.Udp4, "source-check=off")]
    [InlineData(Encapsulation.Udp6, "source-check=roam")]
    public void A_flood_with_wrong_cookies_costs_little_and_is_counted(Encapsulation encapsulation, string settings)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = settings });
        bool isStranger = settings.Length != 0;
        Run(pair, "flood of wrong cookies", encapsulation, packet =>
        {
            packet.Bytes[packet.Parts.Cookie] ^= 0x55;
            return isStranger ? packet.From(FaultyLine.Address(packet.Parts.IsIpv6, Stranger)) : packet;
        }, isFiltered: false, out Flood flood);
        long refused = pair.Left.Drops(DropReason.WrongCookie);
        Assert.True(refused > 0);
        Assert.True(flood.Processor.TotalMicroseconds / flood.Packets < RefusalMicroseconds, $"{flood}");

        // It has moved no peer: the right end gets all of the left end's frames.
        Assert.Equal(pair.Left.Sent, pair.Right.Collected);
    }

    /// <summary>Every port, every protocol, and every length from the tunnel's own address and port.</summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_scan_finds_nothing_and_is_accounted_for(Encapsulation encapsulation)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        FaultTest.Run(report, "scan", pair, () => Scan(pair), () => { });
        Assert.Equal(pair.Right.Sent, pair.Left.Collected);
        Assert.True(pair.Left.Drops(DropReason.ShortHeader) > 0);
        Assert.Equal(0, pair.Left.Guest.Corrupt);
    }

    private static void Scan(TunnelPair pair)
    {
        byte[] template = pair.Line.RightToLeft.LastFrame;
        LineDirection line = pair.Line.RightToLeft;
        TunnelPacket parts = new ForgedPacket(template).Parts;
        int longest = parts.Rest - parts.Transport + NumberedFrame.MinimumSize / 2;
        for (int length = parts.IsUdp ? 8 : 0; length < longest; length++)
        {
            line.TryInject(new ForgedPacket(template).Finish(length));

            // Too short for a session id: the filter cannot find one.
            pair.ExpectFiltered(!parts.IsUdp && length < 4 ? 1 : 0);
        }

        pair.Right.Send(100, 300);
        if (!parts.IsUdp)
        {
            return;
        }

        foreach (int host in (int[])[2, Stranger])
        {
            for (int port = 1; port <= ushort.MaxValue; port += 1 + port % 7)
            {
                ForgedPacket packet = new ForgedPacket(template).From(FaultyLine.Address(parts.IsIpv6, host));
                line.TryInject(packet.Ports(40_000, port).Finish(8));
            }
        }
    }

    private void NotWoken(string name, Encapsulation encapsulation, bool isFiltered, Func<ForgedPacket, ForgedPacket> forge)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        Run(pair, name, encapsulation, forge, isFiltered, out Flood flood);
        Assert.True(flood.Load < IdleLoad, $"{flood}");
    }

    private void Run(TunnelPair pair, string name, Encapsulation encapsulation, Func<ForgedPacket, ForgedPacket> forge, bool isFiltered, out Flood flood)
    {
        Flood result = new(1, TimeSpan.Zero, TimeSpan.Zero);
        FaultTest.Run(
            report,
            name,
            pair,
            () =>
            {
                byte[] packet = forge(new ForgedPacket(pair.Line.RightToLeft.LastFrame)).Finish();
                result = Flood.Run(pair, s_time, _ => packet);
                pair.ExpectFiltered(isFiltered ? result.Packets : 0);
                report.Note($"{name}, {encapsulation}", $"{result}");
            },
            () => { });
        flood = result;
    }
}
