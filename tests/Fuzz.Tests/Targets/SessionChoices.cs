// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>Headers of every kind that the options and settings allow.</summary>
internal static class SessionChoices
{
    /// <summary>Any header.</summary>
    public static SessionParameters Any(Choices choices)
    {
        SessionParameters parameters = new()
        {
            Carrier = choices.Of(Carrier.Udp, Carrier.RawIpv4, Carrier.RawIpv6),
            TransmitSessionId = choices.UInt32(),
            ReceiveSessionId = choices.UInt32(),
            TransmitCookieLength = choices.Of(0, 4, 8),
            ReceiveCookieLength = choices.Of(0, 4, 8),
            TransmitCookie = choices.UInt64(),
            ReceiveCookie = choices.UInt64(),
            Offset = choices.Of(0, 0, 0, 0, 1, 2, 6, SessionParameters.MaximumOffset),
        };
        if (choices.OneIn(3))
        {
            parameters = parameters with { SecondReceiveCookie = choices.UInt64() };
        }

        return choices.Below(8) switch
        {
            0 or 1 => parameters,
            2 => parameters with { Counter = CounterMode.Counting },
            3 => parameters with { Counter = CounterMode.Pinned },
            4 => parameters with { Sublayer = Sublayer.Plain },
            5 => parameters with { Sublayer = Sublayer.Numbered },
            6 => parameters with { Sublayer = Sublayer.Numbered, ReceiveSequence = true },
            _ => parameters with { Sublayer = Sublayer.Plain, ReceiveSequence = true, ReorderWindow = choices.Of(1, 2, 3, 7, 8, 64, SequenceWindow.MaximumSize) },
        };
    }
}
