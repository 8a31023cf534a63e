// SPDX-License-Identifier: GPL-2.0-or-later
//
// A page as JSON, with names as QMP has them. What `l2tpv3-stat --json` prints for one netdev.

using System;
using System.Globalization;
using System.Text.Json;
using L2tpv3.Packets;

namespace L2tpv3.Statistics;

/// <summary>Writes pages as JSON objects.</summary>
public static class StatisticsJson
{
    /// <summary>Writes one object.</summary>
    public static void Write(in StatisticsPage page, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        WriteDescription(page, writer);
        WriteState(page.State, writer);
        writer.WriteBoolean("guest-full", page.Traffic.GuestIsFull != 0);
        writer.WriteBoolean("transmit-blocked", page.Traffic.TransmitIsBlocked != 0);
        writer.WriteBoolean("link-up", page.Traffic.LinkIsDown == 0);
        writer.WriteStartObject("transmit");
        WriteTransmit(page.Traffic, writer);
        writer.WriteEndObject();
        writer.WriteStartObject("receive");
        WriteReceive(page.Traffic, writer);
        writer.WriteEndObject();
        WriteDrops(page.Drops, writer);
        writer.WriteNumber("internal-errors", page.Traffic.InternalErrors);
        writer.WriteEndObject();
    }

    private static void WriteDescription(in StatisticsPage page, Utf8JsonWriter writer)
    {
        SessionDescription session = page.Description;
        writer.WriteString("id", session.Id.ToString());
        writer.WriteNumber("pid", page.Header.ProcessId);
        writer.WriteString("since", Time(page.Header.OpenedAt));
        writer.WriteString("carrier", session.Carrier.ToString());
        writer.WriteString("src", session.Source.ToString());
        writer.WriteString("dst", session.Destination.ToString());
        writer.WriteNumber("txsession", session.TransmitSessionId);
        writer.WriteNumber("rxsession", session.ReceiveSessionId);
        writer.WriteNumber("txcookie-bytes", session.TransmitCookieLength);
        writer.WriteNumber("rxcookie-bytes", session.ReceiveCookieLength);
        writer.WriteBoolean("second-rxcookie", session.HasSecondCookie != 0);
        writer.WriteString("counter", session.Counter.ToString());
        writer.WriteString("sublayer", session.Sublayer.ToString());
        writer.WriteNumber("offset", session.Offset);
        writer.WriteNumber("tx-header-bytes", session.TransmitHeaderLength);
        writer.WriteNumber("rx-header-bytes", session.ReceiveHeaderLength);
        writer.WriteBoolean("source-check", session.SourceCheck != 0);
        writer.WriteString("settings", session.Settings.ToString());
    }

    private static void WriteState(in LiveState state, Utf8JsonWriter writer)
    {
        writer.WriteString("peer", state.Peer.ToString());
        writer.WriteBoolean("route", state.HasRoute != 0);
        writer.WriteNumber("path-mtu", state.PathMtu);
        writer.WriteNumber("max-frame", state.MaximumFrame);
        writer.WriteNumber("vnet-header", state.VnetHeaderLength);
        writer.WriteBoolean("guest-takes-large-frames", state.GuestTakesLargeFrames != 0);
        writer.WriteString("gso-withdrawn", state.SegmentationWithdrawn.ToString());
        writer.WriteString("send-failure", state.SendFailure.ToString());
        writer.WriteString("receive-failure", state.ReceiveFailure.ToString());
        writer.WriteString("refused-calls", RefusedCallNames.Of(state.RefusedCalls));
        writer.WriteString("notice", state.Notice.ToString());
    }

    private static void WriteTransmit(in TrafficCounters traffic, Utf8JsonWriter writer)
    {
        writer.WriteNumber("frames", traffic.TransmittedFrames);
        writer.WriteNumber("bytes", traffic.TransmittedBytes);
        // One for each frame, those in runs and those that were cut from large frames included.
        writer.WriteNumber("datagrams", traffic.TransmittedFrames);
        writer.WriteNumber("calls", traffic.TransmitCalls);
        writer.WriteNumber("gso-runs", traffic.TransmittedRuns);
        writer.WriteNumber("gso-datagrams", traffic.TransmittedRunDatagrams);
        writer.WriteNumber("segmented-frames", traffic.SegmentedFrames);
        writer.WriteNumber("segment-datagrams", traffic.SegmentDatagrams);
        writer.WriteNumber("fragmented-frames", traffic.FragmentedFrames);
        writer.WriteNumber("errors", traffic.SendErrors);
        writer.WriteNumber("blocked", traffic.TransmitBlocks);
        WriteBatches(traffic.TransmitBatches, writer);
    }

    private static void WriteReceive(in TrafficCounters traffic, Utf8JsonWriter writer)
    {
        writer.WriteNumber("frames", traffic.ReceivedFrames);
        writer.WriteNumber("bytes", traffic.ReceivedBytes);
        writer.WriteNumber("datagrams", traffic.ReceivedDatagrams);
        writer.WriteNumber("socket-drops", traffic.SocketDrops);
        writer.WriteNumber("calls", traffic.ReceiveCalls);
        writer.WriteNumber("gro-runs", traffic.ReceivedRuns);
        writer.WriteNumber("gro-datagrams", traffic.ReceivedRunDatagrams);
        writer.WriteNumber("joined-frames", traffic.CoalescedFrames);
        writer.WriteNumber("errors", traffic.ReceiveErrors);
        writer.WriteNumber("guest-full", traffic.GuestFullCount);
        writer.WriteNumber("sequence-lost", traffic.SequenceLost);
        writer.WriteNumber("sequence-reordered", traffic.SequenceReordered);
        WriteBatches(traffic.ReceiveBatches, writer);
    }

    /// <summary>Calls by the least number of messages of their class.</summary>
    private static void WriteBatches(in BatchSizes batches, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("batches");
        for (int i = 0; i < BatchSizes.Count; i++)
        {
            if (batches[i] != 0)
            {
                writer.WriteNumber(BatchSizes.LowerBound(i).ToString(CultureInfo.InvariantCulture), batches[i]);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteDrops(in DropTable drops, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("drops");
        for (int i = 1; i < DropReasons.Count; i++)
        {
            if (drops[i].Count != 0)
            {
                writer.WriteStartObject(Key((DropReason)i));
                writer.WriteNumber("count", drops[i].Count);
                writer.WriteNumber("last", drops[i].LastValue);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>`wrong session` as a key: wrong-session.</summary>
    public static string Key(DropReason reason) => DropWords.Of(reason).Replace(' ', '-');

    private static string Time(long milliseconds)
    {
        // A page that somebody else wrote may say anything.
        long bounded = Math.Clamp(milliseconds, 0, 253_402_300_799_999);
        return DateTimeOffset.FromUnixTimeMilliseconds(bounded).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
    }
}
