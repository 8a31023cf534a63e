// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>What every row is asked; how a script is run on the side of QEMU is somebody else's business.</summary>
internal sealed class RowChecks(Func<string, string> runOnHost)
{
    /// <summary>
    /// Asserts that pings are answered. With -c alone, ping waits for its last ones as long as two others took, which says nothing on a
    /// busy machine; with -w it sends until so many are answered. That none is lost, the frames show.
    /// </summary>
    public void AssertPings(TunnelOptions tunnel)
    {
        string output = runOnHost(string.Create(
            CultureInfo.InvariantCulture,
            $"ping -c {Capture.Pings} -s {Capture.PingSize} -i 0.05 -w 10 {tunnel.Inner.Peer} || true"));
        string answers = output.Split(", ").FirstOrDefault(part => part.EndsWith(" received", StringComparison.Ordinal), "0");
        Assert.True(int.Parse(answers.Split(' ')[0], CultureInfo.InvariantCulture) >= Capture.Pings, output);
    }

    /// <summary>Asserts that frames of every size and kind come back unchanged (folder frames).</summary>
    public void AssertFrames(TunnelOptions tunnel, bool keepsOrder = true, string nextHop = "")
    {
        const int frames = 1000;
        string output = runOnHost(string.Create(
            CultureInfo.InvariantCulture,
            $"{FramesProgram.Path} check {tunnel.Tap} {frames} {nextHop} 2>&1 || true"));
        string order = keepsOrder ? "0 overtaken" : string.Empty;
        Assert.True(output.StartsWith($"{frames} frames came back unchanged, {order}", StringComparison.Ordinal), output);
    }

    /// <summary>Asserts that bulk TCP in both directions at once ends well.</summary>
    public void AssertBulkTcp(TunnelOptions tunnel)
    {
        string output = runOnHost($"iperf3 -c {tunnel.Inner.Peer} -n 2M --bidir 2>&1 || true");
        Assert.True(output.Contains("iperf Done.", StringComparison.Ordinal), output);
    }

    /// <summary>Asserts that no counter of wrong checksums has moved, in what /proc/net/snmp and snmp6 have (RFC 4293).</summary>
    public static void AssertNoChecksumErrors(string counters)
    {
        (string Name, string Value)[] errors = [.. ChecksumCounters(counters.Split('\n'))];
        Assert.Contains(errors, error => string.Equals(error.Name, "Tcp", StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Equal("0", error.Value));
    }

    // In snmp, a line has names and the next one their values; a line of snmp6 has a name and its value.
    private static IEnumerable<(string Name, string Value)> ChecksumCounters(string[] lines)
    {
        foreach ((string line, string next) in lines.Zip(lines.Skip(1)))
        {
            if (line.Contains("InCsumErrors", StringComparison.Ordinal))
            {
                string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                int index = Array.IndexOf(words, "InCsumErrors");
                yield return index < 0 ? (words[0], words[1]) : (words[0].TrimEnd(':'), next.Split(' ')[index]);
            }
        }
    }
}
