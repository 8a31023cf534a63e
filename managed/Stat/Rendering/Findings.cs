// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.IO;
using L2tpv3.Stat.Reading;
using L2tpv3.Stat.Rules;

namespace L2tpv3.Stat.Rendering;

/// <summary>What is wrong, in words: plain text, so that it can be mailed.</summary>
internal static class Findings
{
    /// <summary>Writes one netdev's findings.</summary>
    public static void Write(Sample sample, TextWriter output)
    {
        Netdev now = sample.Now;
        IReadOnlyList<Finding> findings = Explanation.Of(sample);
        output.Write($"{now.Id} (pid {now.Page.Header.ProcessId}, {now.Tunnel}): ");
        output.Write($"{Figures.Exact(now.Page.Traffic.TransmittedFrames)} frames sent, {Figures.Exact(now.Page.Traffic.ReceivedFrames)} received, {Figures.Exact(now.TotalDrops)} dropped\n");
        if (findings.Count == 0)
        {
            output.Write("  nothing is wrong\n");
        }

        foreach (Finding finding in findings)
        {
            output.Write($"  {Mark(finding.Severity)} {finding.Text}\n");
        }
    }

    private static string Mark(Severity severity) => severity switch
    {
        Severity.Error => "error:  ",
        Severity.Warning => "warning:",
        _ => "note:   ",
    };
}
