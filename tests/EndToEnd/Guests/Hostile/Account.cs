// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace EndToEnd.Guests.Hostile;

/// <summary>What the netdev has counted, beside what those around it have: the guest's NIC, where it is asked, and the peer.</summary>
internal sealed record Account(Traffic Traffic, long? OfNic, long CameToPeer, long SentByPeer)
{
    /// <summary>Frames that one of two who should agree has, and the other has not.</summary>
    public long Unaccounted =>
        Math.Abs((OfNic ?? Traffic.GuestFrames) - Traffic.GuestFrames)
        + Math.Abs(Traffic.Sent - CameToPeer)
        + Math.Abs(SentByPeer - Traffic.Datagrams)
        + Math.Abs(Traffic.Datagrams - Traffic.Received - Traffic.ReceiveDrops);

    /// <summary>What has been done since.</summary>
    public Account Since(Account before) =>
        new(Traffic.Since(before.Traffic), OfNic - before.OfNic, CameToPeer - before.CameToPeer, SentByPeer - before.SentByPeer);
}
