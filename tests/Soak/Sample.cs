// SPDX-License-Identifier: GPL-2.0-or-later
using System.Globalization;
using System.Text.RegularExpressions;
using TestKit;

namespace Soak;

/// <summary>What a QEMU has at one moment.</summary>
internal sealed partial record Sample(long ResidentKib, int Descriptors, int Threads, long Collections, long InternalErrors)
{
    /// <summary>Looks at it. Collections are those that frames have caused.</summary>
    public static Sample Take(QemuProcess qemu, string netdevId)
    {
        string line = qemu.Netdev(netdevId).Line;
        ProcessStatus status = ProcessStatus.Read(qemu.Id);
        return new Sample(
            status.ResidentMemoryKib, status.OpenDescriptors.Count, status.Threads, Number(Collected().Match(line)), Number(Errors().Match(line)));
    }

    private static long Number(Match match) => match.Success ? long.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("garbage collections (?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Collected();

    [GeneratedRegex("internal errors (?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Errors();
}
