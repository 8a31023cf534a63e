// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace DataPlane.Tests.Upkeep;

/// <summary>The line of `info network`.</summary>
public sealed class InfoLineTests(Lab lab)
{
    [Fact]
    public void A_new_session_shows_its_tunnel_and_no_traffic()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", change: Numbered);
        Subnet subnet = tunnel.Subnet;
        AssertInfo($"udp {subnet.Plane}:1701 -> {subnet.Peer}:{tunnel.Peer.Port}, session tx 1 rx 2, frames tx 0 rx 0, drops 0", tunnel);
    }

    [Fact]
    public void IPv6_addresses_stand_in_brackets_when_a_port_follows()
    {
        using Tunnel udp = Tunnels.Open(lab, "udp6", change: Numbered);
        Assert.StartsWith($"udp [{udp.Subnet.Plane}]:1701 -> [{udp.Subnet.Peer}]:{udp.Peer.Port}, session", udp.Host.Info, StringComparison.Ordinal);

        using Tunnel raw = Tunnels.Open(lab, "raw6", change: Numbered);
        Assert.StartsWith($"ip {raw.Subnet.Plane} -> {raw.Subnet.Peer}, session", raw.Host.Info, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_IP_shows_no_ports()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "raw4", change: Numbered);
        Assert.StartsWith($"ip {tunnel.Subnet.Plane} -> {tunnel.Subnet.Peer}, session tx 1 rx 2", tunnel.Host.Info, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_follows_the_traffic_within_its_delay_and_names_the_most_frequent_drop()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(TestFrames.Create(60));
        for (int i = 0; i < 3; i++)
        {
            tunnel.SendFromPeer(tunnel.Peer, (tunnel.Netdev.OtherEnd() with { TransmitCookie = 1 }).Datagram(TestFrames.Create(60)));
        }

        tunnel.SendFromPeer(tunnel.Peer, [1]);
        tunnel.Session.ReadUntilDropped(4);
        tunnel.Session.Send(TestFrames.Create(60));

        Refresh(tunnel);

        AssertInfo(", frames tx 1 rx 1, drops 4 (mostly wrong cookie: 3)", tunnel);
    }

    [Theory]
    [InlineData(0, 0x00f, "")]
    [InlineData(10, 0, ", vnet 10")]
    [InlineData(12, 0x00f, ", vnet 12 csum tso4 tso6 ecn")]
    [InlineData(24, 0x1ff, ", vnet 24 csum tso4 tso6 ecn ufo uso4 uso6 tunnel tunnel-csum")]
    public void What_the_NIC_and_the_session_have_agreed_on_is_shown(int headerLength, uint offloads, string shown)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", change: Numbered);
        tunnel.Session.SetVnet(headerLength, offloads);

        Refresh(tunnel);

        AssertInfo($"session tx 1 rx 2{shown}, frames tx 0 rx 0, drops 0", tunnel);
    }

    [Fact]
    public void Send_errors_are_shown_with_the_present_one()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Peer.Dispose();
        tunnel.SendToNobody(2);

        Refresh(tunnel);

        AssertInfo(", drops 0, send errors 1 (now: Connection refused)", tunnel);
    }

    private static L2tpv3Netdev Numbered(L2tpv3Netdev netdev) => netdev with { TransmitSessionId = 1, ReceiveSessionId = 2 };

    /// <summary>The line ends so; the tests beside this one make garbage, which a line of theirs may end with.</summary>
    private static void AssertInfo(string expected, Tunnel tunnel) =>
        Assert.Matches(Regex.Escape(expected) + "(, garbage collections [0-9]+)?$", tunnel.Host.Info);

    /// <summary>As QEMU's timer does: not before the time asked for.</summary>
    private static void Refresh(Tunnel tunnel)
    {
        Assert.InRange(tunnel.Host.TimerMs, 0, L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs);
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 10);
        tunnel.Session.Timer();
    }
}
