// SPDX-License-Identifier: GPL-2.0-or-later

namespace Faults;

/// <summary>Something is gone for a while, and comes back; frames go on being sent all the time.</summary>
public sealed class OutageTests(FaultReport report)
{
    private const string Bound = "bind-device=" + FaultyLine.Device;
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(0.8);

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_line_that_was_cut(Encapsulation encapsulation) =>
        Run("line cut", encapsulation, pair => pair.SetFaults(new LineFaults { IsCut = true }), pair => pair.SetFaults(LineFaults.None));

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_peer_whose_QEMU_was_away(Encapsulation encapsulation) => PeerAway(encapsulation, s_short);

    [Theory(Explicit = true)]
    [InlineData(Encapsulation.Udp4)]
    [InlineData(Encapsulation.Ip6)]
    public void A_line_that_was_cut_for_a_minute(Encapsulation encapsulation) =>
        Run("line cut", encapsulation, pair => pair.SetFaults(new LineFaults { IsCut = true }), pair => pair.SetFaults(LineFaults.None), TimeSpan.FromMinutes(1));

    [Theory(Explicit = true)]
    [InlineData(Encapsulation.Udp4)]
    [InlineData(Encapsulation.Ip6)]
    public void A_peer_whose_QEMU_was_away_for_a_minute(Encapsulation encapsulation) => PeerAway(encapsulation, TimeSpan.FromMinutes(1));

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void An_address_that_was_removed(Encapsulation encapsulation)
    {
        bool ipv6 = encapsulation.IsIpv6();
        Run(
            "own address removed",
            encapsulation,
            pair => pair.Left.Network.Ip("address", "delete", FaultyLine.Prefix(ipv6, 1), "dev", FaultyLine.Device),
            pair => AddAddress(pair.Left.Network, ipv6));
    }

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void An_interface_that_was_down(Encapsulation encapsulation) => Run(
        "interface down",
        encapsulation,
        pair => pair.Left.Network.Ip("link", "set", FaultyLine.Device, "down"),
        pair =>
        {
            pair.Left.Network.Ip("link", "set", FaultyLine.Device, "up");
            FaultyLine.TeachNeighbour(pair.Left.Network, 1);
            pair.Line.WaitUntilUp();
        });

    /// <summary>As a VPN's or a hot-plugged card's is; the new one has another number (ifindex).</summary>
    [Theory]
    [InlineData(Encapsulation.Udp4, "")]
    [InlineData(Encapsulation.Udp6, "")]
    [InlineData(Encapsulation.Ip4, "")]
    [InlineData(Encapsulation.Ip6, "")]
    [InlineData(Encapsulation.Udp4, Bound)]
    [InlineData(Encapsulation.Udp6, Bound)]
    [InlineData(Encapsulation.Ip4, Bound)]
    [InlineData(Encapsulation.Ip6, Bound)]
    [InlineData(Encapsulation.Udp4, Bound + ",source-check=off")]
    public void An_interface_that_was_removed_and_made_anew(Encapsulation encapsulation, string settings) =>
        Run("interface removed", encapsulation, pair => pair.Line.Unplug(), pair => pair.Line.PlugAnew(), settings: settings);

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_route_that_was_gone(Encapsulation encapsulation)
    {
        bool ipv6 = encapsulation.IsIpv6();
        string[] route = ipv6 ? ["fd70::/64", "dev", FaultyLine.Device] : ["10.70.0.0/24", "dev", FaultyLine.Device, "src", FaultyLine.Address(ipv6, 1)];
        string family = ipv6 ? "-6" : "-4";
        Run(
            "route gone",
            encapsulation,
            pair => pair.Left.Network.Ip([family, "route", "delete", .. route]),
            pair => pair.Left.Network.Ip([family, "route", "add", .. route]));
    }

    private static void AddAddress(NetworkNamespace host, bool ipv6)
    {
        string[] options = ipv6 ? ["nodad"] : [];
        host.Ip(["address", "add", FaultyLine.Prefix(ipv6, 1), "dev", FaultyLine.Device, .. options]);
    }

    private void PeerAway(Encapsulation encapsulation, TimeSpan time)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        FaultTest.Run(
            report,
            "peer's QEMU away",
            pair,
            () =>
            {
                pair.Right.Kill();
                Send(pair.Left, time);
            },
            pair.Right.Restart);
    }

    private void Run(string name, Encapsulation encapsulation, Action<TunnelPair> begin, Action<TunnelPair> end, TimeSpan? time = null, string settings = "")
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = settings });
        FaultTest.Run(
            report,
            name,
            pair,
            () =>
            {
                begin(pair);
                Send(pair.Left, (time ?? s_short) / 2);
                Send(pair.Right, (time ?? s_short) / 2);
            },
            () => end(pair));
    }

    /// <summary>Twenty frames every 20 ms.</summary>
    private static void Send(End end, TimeSpan time)
    {
        for (TimeSpan sent = TimeSpan.Zero; sent < time; sent += TimeSpan.FromMilliseconds(20))
        {
            end.Send(20, 500);
            Thread.Sleep(20);
        }
    }
}
