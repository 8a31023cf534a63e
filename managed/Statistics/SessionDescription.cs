// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>What a session is: set when it opens. Settings and HasSecondCookie may change, see <see cref="StatisticsPage"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 896)]
public struct SessionDescription
{
    /// <summary>The netdev's id.</summary>
    public Text128 Id;

    /// <summary>`udp` or `ip`.</summary>
    public Text16 Carrier;

    /// <summary>This end and the peer as they were configured, with ports where there are any.</summary>
    public Text64 Source;

    public Text64 Destination;

    /// <summary>The settings that were given for this netdev (QEMU_L2TPV3), without those that hold a cookie.</summary>
    public Text256 Settings;

    /// <summary>`none`, `counting` or `pinned`: the counter word.</summary>
    public Text16 Counter;

    /// <summary>`none`, `plain` or `numbered`: the sublayer of RFC 3931, 4.6.</summary>
    public Text16 Sublayer;

    /// <summary>The session id that is sent, and the one that is expected.</summary>
    public uint TransmitSessionId;

    public uint ReceiveSessionId;

    /// <summary>Bytes of the cookie that is sent, and of the one that is expected; 0: there is none.</summary>
    public int TransmitCookieLength;

    public int ReceiveCookieLength;

    /// <summary>1: two cookies are accepted, while keys are rolled over.</summary>
    public int HasSecondCookie;

    /// <summary>Bytes between header and frame (`offset=`).</summary>
    public int Offset;

    /// <summary>Bytes of the whole L2TPv3 header that is sent, and of the one that is expected.</summary>
    public int TransmitHeaderLength;

    public int ReceiveHeaderLength;

    /// <summary>1: IPv6.</summary>
    public int IsIpv6;

    /// <summary>1: datagrams of the configured peer only are accepted.</summary>
    public int SourceCheck;
}
