// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

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

/// <summary>
/// What a netdev says it has done (l2tpv3-stat --json), or has done between two moments:
///
///     frames of the guest = frames sent - datagrams of large frames + large frames + transmit drops
///     datagrams that came = frames received + receive drops
/// </summary>
internal sealed record Traffic(long GuestFrames, long Sent, long TransmitDrops, long Datagrams, long Received, long ReceiveDrops, long InternalErrors)
{
    /// <summary>Datagrams, not frames, are refused for this one: they are in the frames of the guest already.</summary>
    private const string SendFailed = "send-failed";

    private static readonly string[] s_transmitDrops =
    [
        "runt-from-guest", "frame-too-long", "unknown-GSO-type", "bad-GSO-size", "GSO-type-mismatch", "too-many-segments",
        "bad-checksum-field", "bad-guest-headers", SendFailed,
    ];

    /// <summary>Reads what l2tpv3-stat says of a netdev.</summary>
    public static Traffic Read(JsonElement netdev)
    {
        JsonElement transmit = netdev.GetProperty("transmit");
        JsonElement receive = netdev.GetProperty("receive");
        (string Reason, long Count)[] drops =
            [.. netdev.GetProperty("drops").EnumerateObject().Select(drop => (drop.Name, drop.Value.GetProperty("count").GetInt64()))];
        long transmitDrops = drops.Where(drop => IsTransmit(drop.Reason)).Sum(drop => drop.Count);
        long sent = transmit.GetProperty("frames").GetInt64();
        return new Traffic(
            GuestFrames: sent - transmit.GetProperty("segment-datagrams").GetInt64() + transmit.GetProperty("segmented-frames").GetInt64() + transmitDrops,
            Sent: sent,
            TransmitDrops: transmitDrops,
            Datagrams: receive.GetProperty("datagrams").GetInt64(),
            Received: receive.GetProperty("frames").GetInt64(),
            ReceiveDrops: drops.Where(drop => !IsTransmit(drop.Reason)).Sum(drop => drop.Count),
            InternalErrors: netdev.GetProperty("internal-errors").GetInt64());
    }

    /// <summary>What has been done since.</summary>
    public Traffic Since(Traffic before) => new(
        GuestFrames - before.GuestFrames,
        Sent - before.Sent,
        TransmitDrops - before.TransmitDrops,
        Datagrams - before.Datagrams,
        Received - before.Received,
        ReceiveDrops - before.ReceiveDrops,
        InternalErrors - before.InternalErrors);

    private static bool IsTransmit(string reason) => s_transmitDrops.Contains(reason, StringComparer.Ordinal);
}
