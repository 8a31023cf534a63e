// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Engine;
using L2tpv3.Packets.Tunnel;

namespace Fuzz.Tests.Targets;

/// <summary>Headers of every kind that the options and settings allow.</summary>
internal static class TunnelChoices
{
    /// <summary>Any header.</summary>
    public static TunnelParameters Any(Choices choices)
    {
        TunnelParameters tunnel = new()
        {
            Carrier = choices.Of(Carrier.Udp, Carrier.RawIpv4, Carrier.RawIpv6),
            TransmitSession = choices.UInt32(),
            ReceiveSession = choices.UInt32(),
            TransmitCookieLength = choices.Of(0, 4, 8),
            ReceiveCookieLength = choices.Of(0, 4, 8),
            TransmitCookie = choices.UInt64(),
            ReceiveCookie = choices.UInt64(),
            Offset = choices.Of(0, 0, 0, 0, 1, 2, 6, TunnelParameters.MaximumOffset),
        };
        if (choices.OneIn(3))
        {
            tunnel = tunnel with { SecondReceiveCookie = choices.UInt64() };
        }

        return choices.Below(8) switch
        {
            0 or 1 => tunnel,
            2 => tunnel with { Counter = CounterMode.Counting },
            3 => tunnel with { Counter = CounterMode.Pinned },
            4 => tunnel with { Sublayer = Sublayer.Plain },
            5 => tunnel with { Sublayer = Sublayer.Numbered },
            6 => tunnel with { Sublayer = Sublayer.Numbered, ReceiveSequence = true },
            _ => tunnel with { Sublayer = Sublayer.Plain, ReceiveSequence = true, ReorderWindow = choices.Of(1, 2, 3, 7, 8, 64, SequenceWindow.MaximumSize) },
        };
    }
}
