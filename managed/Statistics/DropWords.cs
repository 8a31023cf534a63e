// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.Packets;

namespace L2tpv3.Statistics;

/// <summary>The drop reasons in words, as `info network`, the log and l2tpv3-stat say them.</summary>
public static class DropWords
{
    /// <summary>Says one.</summary>
    /// <param name="reason">Why a frame was dropped.</param>
    /// <returns>Two to four words.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a <see cref="DropReason"/>.</exception>
    public static string Of(DropReason reason) => reason switch
    {
        DropReason.None => "none",
        DropReason.Truncated => "truncated datagram",
        DropReason.ControlCut => "control data cut",
        DropReason.BadIpHeader => "bad IP header",
        DropReason.ShortHeader => "short header",
        DropReason.ControlMessage => "control message",
        DropReason.WrongVersion => "wrong version",
        DropReason.WrongSession => "wrong session",
        DropReason.WrongCookie => "wrong cookie",
        DropReason.NoNumber => "no sequence number",
        DropReason.Late => "late frame",
        DropReason.Repeated => "repeated frame",
        DropReason.Runt => "runt frame",
        DropReason.LinkDown => "link down",
        DropReason.NoNic => "no NIC",
        DropReason.TooLargeForGuest => "too large for guest",
        DropReason.Purged => "thrown away by QEMU",
        DropReason.GuestRunt => "runt from guest",
        DropReason.FrameTooLong => "frame too long",
        DropReason.UnknownGsoType => "unknown GSO type",
        DropReason.BadGsoSize => "bad GSO size",
        DropReason.GsoTypeMismatch => "GSO type mismatch",
        DropReason.TooManySegments => "too many segments",
        DropReason.BadChecksumField => "bad checksum field",
        DropReason.BadGuestHeaders => "bad guest headers",
        DropReason.SendFailed => "send failed",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
