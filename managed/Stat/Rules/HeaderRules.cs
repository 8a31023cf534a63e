// SPDX-License-Identifier: GPL-2.0-or-later
//
// Both ends of a static tunnel are configured by hand (RFC 3931, 3.3), and nothing tells them when they differ. What the
// peer sends does: each rule names what came, what was expected, and which option of which end it is.

using System.Globalization;
using L2tpv3.Packets;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rendering;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Rules;

/// <summary>Datagrams whose header is not the one that was agreed on.</summary>
internal static class HeaderRules
{
    public static Finding? Session(Sample sample)
    {
        Netdev now = sample.Now;
        string came = Hex(now.LastValue(DropReason.WrongSession));
        string wanted = Hex(now.Page.Description.ReceiveSessionId);
        return Refused(
            sample,
            DropReason.WrongSession,
            $"with session {came}: the peer sends session {came}, this netdev expects {wanted}. Set rxsession={came} here, or the peer's txsession={wanted} (`peer_session_id` of ip l2tp).");
    }

    public static Finding? Cookie(Sample sample) => Refused(
        sample,
        DropReason.WrongCookie,
        sample.Now.Page.Description.ReceiveCookieLength == 0
            ? "with a wrong cookie."
            : $"with a cookie other than the {sample.Now.Page.Description.ReceiveCookieLength * 8}-bit rxcookie of this netdev. Compare it with the peer's txcookie, and compare their lengths (cookie64=).");

    public static Finding? Version(Sample sample) => Refused(
        sample,
        DropReason.WrongVersion,
        $"with a version other than 3 (first word {Hex(sample.Now.LastValue(DropReason.WrongVersion))}): the peer speaks L2TPv2, or another program sends to this port.");

    public static Finding? ControlMessages(Sample sample) => Refused(
        sample,
        DropReason.ControlMessage,
        "of the control channel: the peer wants to negotiate the tunnel, but the tunnel of this netdev is static. Configure the peer without a control channel, as ip l2tp does.");

    public static Finding? ShortHeaders(Sample sample) => Refused(
        sample,
        DropReason.ShortHeader,
        $"of {sample.Now.LastValue(DropReason.ShortHeader)} bytes, shorter than the header of {sample.Now.Page.Description.ReceiveHeaderLength}: the peer sends no cookie, counter or offset where this netdev expects one, or another program sends to this port.");

    public static Finding? ControlCut(Sample sample) => Refused(
        sample,
        DropReason.ControlCut,
        "came with more control data than there was room for (MSG_CTRUNC), so nobody knows where their frames begin. Another process that holds the socket of fd= has set its options, and must not.");

    public static Finding? Numbers(Sample sample) => Refused(
        sample,
        DropReason.NoNumber,
        "without a sequence number, which seq=recv needs. Let the peer send sequence numbers (seq=send here, `seq send` of ip l2tp), or remove seq=recv.");

    public static Finding? Runts(Sample sample) => Refused(
        sample,
        DropReason.Runt,
        "whose frame is shorter than an Ethernet header: the peer's header is longer than this netdev's (cookie, counter, offset, l2spec_type), or its pseudowire is not Ethernet.");

    private static Finding? Refused(Sample sample, DropReason reason, string text)
    {
        ulong count = sample.Now.Drops(reason);
        if (count == 0)
        {
            return null;
        }

        // Once frames get through, the rest are strays.
        Severity severity = sample.Now.Page.Traffic.ReceivedFrames == 0 ? Severity.Error : Severity.Warning;
        return new Finding(severity, DropWords.Of(reason), $"{Figures.Exact(count)} {(count == 1 ? "datagram" : "datagrams")} {text}");
    }

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
