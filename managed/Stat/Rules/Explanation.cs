// SPDX-License-Identifier: GPL-2.0-or-later
//
// From counters to words. Each rule looks at one thing and says nothing when it is in order.

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Stat.Reading;

namespace L2tpv3.Stat.Rules;

/// <summary>All rules.</summary>
internal static class Explanation
{
    private static readonly Func<Sample, Finding?>[] s_rules =
    [
        HeaderRules.Session,
        HeaderRules.Cookie,
        HeaderRules.Version,
        HeaderRules.ControlMessages,
        HeaderRules.ShortHeaders,
        HeaderRules.ControlCut,
        HeaderRules.Numbers,
        HeaderRules.Runts,
        PathRules.NoRoute,
        PathRules.SendFailure,
        PathRules.NothingReceived,
        PathRules.Silence,
        PathRules.Fragments,
        PathRules.NarrowPath,
        PathRules.Sequence,
        PathRules.ReceiveErrors,
        LocalRules.LinkDown,
        LocalRules.NicLinkDown,
        LocalRules.NoNic,
        LocalRules.TooLargeForGuest,
        LocalRules.GuestFull,
        LocalRules.SocketDrops,
        LocalRules.TransmitBlocked,
        LocalRules.GuestFrames,
        LocalRules.RefusedCalls,
        LocalRules.SegmentationWithdrawn,
        LocalRules.NoOffload,
        LocalRules.Notice,
        LocalRules.InternalErrors,
    ];

    /// <summary>What the rules find, the worst first.</summary>
    public static IReadOnlyList<Finding> Of(Sample sample) =>
        [.. s_rules.Select(rule => rule(sample)).OfType<Finding>().OrderByDescending(finding => finding.Severity)];
}
