// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>
/// One netdev in the output of `info network`. The plugin's line is read into numbers:
/// <c>n0: index=0,type=l2tpv3,udp A -> B, session tx 1 rx 2, frames tx 12 rx 34, drops 3 (mostly wrong cookie: 2)</c>.
/// </summary>
public sealed partial record NetdevInfo
{
    private NetdevInfo(string line)
    {
        Line = line;
        Match match = Counters().Match(line);
        IsPlugin = match.Success;
        FramesTransmitted = Number(match.Groups["tx"]);
        FramesReceived = Number(match.Groups["rx"]);
        Drops = Number(match.Groups["drops"]);
        Vnet = match.Groups["vnet"].Value;
        MostFrequentDrop = match.Groups["reason"].Value;
        MostFrequentDropCount = Number(match.Groups["count"]);
    }

    /// <summary>The whole line, from the netdev's id on.</summary>
    public string Line { get; }

    /// <summary>The line is the plugin's, not the stock backend's.</summary>
    public bool IsPlugin { get; }

    /// <summary>What the NIC and the plugin have agreed on: <c>12 csum tso4</c>, bytes of the vnet header and receive offloads; empty: no header.</summary>
    public string Vnet { get; }

    /// <summary>Frames from the guest to the wire.</summary>
    public long FramesTransmitted { get; }

    /// <summary>Frames from the wire to the guest.</summary>
    public long FramesReceived { get; }

    /// <summary>Refused frames and datagrams, both ways.</summary>
    public long Drops { get; }

    /// <summary>The most frequent reason, empty without drops.</summary>
    public string MostFrequentDrop { get; }

    /// <summary>How many were dropped for that reason.</summary>
    public long MostFrequentDropCount { get; }

    /// <summary>There is such a netdev in the output of `info network`.</summary>
    public static bool Exists(string network, string id) => LineOf(network, id) is not null;

    /// <summary>The netdev of an id.</summary>
    public static NetdevInfo Find(string network, string id) =>
        new(LineOf(network, id) ?? throw new InvalidOperationException($"no netdev {id} in:\n{network}"));

    private static string? LineOf(string network, string id)
    {
        foreach (string line in network.Split('\n', StringSplitOptions.TrimEntries))
        {
            // A netdev is at the start of a line, or behind a NIC's or a hub port's name: " \ h0: n0: index=...".
            int start = $" {line}".IndexOf($" {id}: index=", StringComparison.Ordinal);
            if (start >= 0)
            {
                return line[start..];
            }
        }

        return null;
    }

    private static long Number(Group group) => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(vnet (?<vnet>[^,]+), )?frames tx (?<tx>\d+) rx (?<rx>\d+), drops (?<drops>\d+)( \(mostly (?<reason>[^:]+): (?<count>\d+)\))?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counters();
}
