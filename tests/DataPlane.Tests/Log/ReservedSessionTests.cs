// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;

namespace DataPlane.Tests.Log;

/// <summary>RFC 3931, 4.1: session id 0 is reserved for control messages.</summary>
public sealed class ReservedSessionTests(Lab lab)
{
    private const string OverIp = "over raw IP a peer takes its frames for control messages";
    private const string OverUdp = "many peers reject such a session";

    [Theory]
    [InlineData("raw4", 0, 2, "txsession=0", OverIp)]
    [InlineData("raw6", 1, 0, "rxsession=0", OverIp)]
    [InlineData("udp4", 0, 0, "txsession=0", OverUdp)]
    public void A_session_with_the_id_of_control_messages_works_and_a_warning_says_what_that_means(
        string kind, uint transmit, uint receive, string which, string consequence)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, change: netdev => netdev with { TransmitSessionId = transmit, ReceiveSessionId = receive });

        (Severity severity, string text) = Assert.Single(tunnel.Host.Reports);
        Assert.Equal(Severity.Warning, severity);
        Assert.Equal(
            $"l2tpv3 netdev 'n0': {which}: session ID 0 is reserved for control messages (RFC 3931, 4.1), and {consequence}; use another ID at both ends",
            text);
        byte[] frame = TestKit.TestFrames.Create(60);
        tunnel.Session.Send(frame);
        Assert.Equal(tunnel.Netdev.Datagram(frame, 1), tunnel.Peer.Receive());
        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);
    }

    [Fact]
    public void Any_other_session_id_is_taken_without_a_word()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "raw4", change: netdev => netdev with { TransmitSessionId = 1, ReceiveSessionId = uint.MaxValue });
        Assert.Empty(tunnel.Host.Reports);
    }
}
