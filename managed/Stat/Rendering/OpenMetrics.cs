// SPDX-License-Identifier: GPL-2.0-or-later
//
// OpenMetrics 1.0 text (https://github.com/prometheus/OpenMetrics), as node_exporter's textfile collector takes it, too. All
// samples of one metric stand together, under its type.
//
// A netdev that was deleted lives until its NIC goes, and another one may have its id meanwhile: the label `number` tells them
// apart. It counts the netdevs of a process.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using L2tpv3.Packets;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Rendering;

/// <summary>Writes netdevs as metrics.</summary>
internal static class OpenMetrics
{
    private const string Transmit = "direction=\"transmit\"";
    private const string Receive = "direction=\"receive\"";

    /// <summary>Writes all metrics.</summary>
    public static void Write(IReadOnlyList<Netdev> netdevs, TextWriter output)
    {
        Counter(output, "frames", "Ethernet frames, one in each datagram.", netdevs, page => [(Transmit, page.Traffic.TransmittedFrames), (Receive, page.Traffic.ReceivedFrames)]);
        Counter(output, "bytes", "Bytes of these frames.", netdevs, page => [(Transmit, page.Traffic.TransmittedBytes), (Receive, page.Traffic.ReceivedBytes)]);
        Counter(output, "calls", "System calls that moved something.", netdevs, page => [(Transmit, page.Traffic.TransmitCalls), (Receive, page.Traffic.ReceiveCalls)]);
        Counter(output, "errors", "Errors of these calls, and ICMP errors.", netdevs, page => [(Transmit, page.Traffic.SendErrors), (Receive, page.Traffic.ReceiveErrors)]);
        Counter(output, "run_datagrams", "Datagrams that went or came in runs (UDP_SEGMENT, UDP_GRO).", netdevs, page => [(Transmit, page.Traffic.TransmittedRunDatagrams), (Receive, page.Traffic.ReceivedRunDatagrams)]);
        Counter(output, "large_frames", "Large frames that were cut, or joined, for the guest.", netdevs, page => [(Transmit, page.Traffic.SegmentedFrames), (Receive, page.Traffic.CoalescedFrames)]);
        Counter(output, "waits", "How often the kernel, or the guest, took no more.", netdevs, page => [(Transmit, page.Traffic.TransmitBlocks), (Receive, page.Traffic.GuestFullCount)]);
        Counter(output, "received_datagrams", "Datagrams that came, dropped ones too.", netdevs, page => [(string.Empty, page.Traffic.ReceivedDatagrams)]);
        Counter(output, "socket_drops", "Datagrams that the kernel dropped at the socket: no room, or a wrong checksum.", netdevs, page => [(string.Empty, page.Traffic.SocketDrops)]);
        Counter(output, "fragmented_frames", "Frames longer than the path takes in one piece.", netdevs, page => [(string.Empty, page.Traffic.FragmentedFrames)]);
        Counter(output, "sequence_errors", "Frames by what their sequence numbers say.", netdevs, page => [("kind=\"lost\"", page.Traffic.SequenceLost), ("kind=\"reordered\"", page.Traffic.SequenceReordered)]);
        Counter(output, "internal_errors", "Bugs that were caught.", netdevs, page => [(string.Empty, page.Traffic.InternalErrors)]);
        Counter(output, "drops", "Dropped frames and datagrams.", netdevs, Drops);
        Gauge(output, "path_mtu_bytes", "The largest packet that the path takes in one piece; 0: unknown.", netdevs, page => (ulong)Math.Max(0, page.State.PathMtu));
        Gauge(output, "up", "There is a route, and nothing makes sending fail.", netdevs, page => page.State.HasRoute != 0 && page.State.SendErrno == 0 ? 1UL : 0);
        output.Write("# EOF\n");
    }

    /// <summary>A label's value: backslash, quote and newline are escaped.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static (string Label, ulong Value)[] Drops(StatisticsPage page) =>
        [.. Enumerable.Range(1, DropReasons.Count - 1).Select(i => ($"reason=\"{StatisticsJson.Key((DropReason)i)}\"", page.Drops[i].Count))];

    private static void Counter(TextWriter output, string name, string help, IReadOnlyList<Netdev> netdevs, Func<StatisticsPage, (string Label, ulong Value)[]> values)
    {
        Head(output, name, "counter", help);
        foreach (Netdev netdev in netdevs)
        {
            foreach ((string label, ulong value) in values(netdev.Page))
            {
                Sample(output, $"{name}_total", netdev, label, value);
            }
        }
    }

    private static void Gauge(TextWriter output, string name, string help, IReadOnlyList<Netdev> netdevs, Func<StatisticsPage, ulong> value)
    {
        Head(output, name, "gauge", help);
        foreach (Netdev netdev in netdevs)
        {
            Sample(output, name, netdev, string.Empty, value(netdev.Page));
        }
    }

    private static void Head(TextWriter output, string name, string type, string help) =>
        output.Write($"# TYPE l2tpv3_{name} {type}\n# HELP l2tpv3_{name} {help}\n");

    private static void Sample(TextWriter output, string name, Netdev netdev, string label, ulong value)
    {
        string more = label.Length == 0 ? string.Empty : $",{label}";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"l2tpv3_{name}{{netdev=\"{Escape(netdev.Id)}\",pid=\"{netdev.Page.Header.ProcessId}\",number=\"{netdev.Number}\"{more}}} {value}\n"));
    }
}
