// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Soak;

/// <summary>What a QEMU has at one moment.</summary>
internal sealed partial record Sample(long ResidentKib, int Descriptors, int Threads, long Collections, long InternalErrors)
{
    /// <summary>
    /// Looks at it. Memory is without what TCG has translated: a guest that runs new programs makes more of that for a long time, and
    /// it is the only memory that is executable and of no file (proc(5), smaps).
    ///
    /// Collections are those that frames have caused.
    /// </summary>
    public static Sample Take(QemuProcess qemu, string netdevId)
    {
        string line = qemu.Netdev(netdevId).Line;
        ProcessStatus status = ProcessStatus.Read(qemu.Id);
        return new Sample(
            status.ResidentMemoryKib - TranslatedKib(qemu.Id), status.OpenDescriptors.Count, status.Threads, Number(Collected().Match(line)), Number(Errors().Match(line)));
    }

    private static long TranslatedKib(int id)
    {
        long sum = 0;
        bool isCode = false;
        foreach (string line in File.ReadLines($"/proc/{id}/smaps"))
        {
            // address perms offset device inode [path], then its figures.
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!words[0].EndsWith(':'))
            {
                isCode = words.Length == 5 && words[1].Contains('x', StringComparison.Ordinal);
            }
            else if (isCode && words[0] is "Rss:")
            {
                sum += long.Parse(words[1], CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }

    private static long Number(Match match) => match.Success ? long.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("garbage collections (?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Collected();

    [GeneratedRegex("internal errors (?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Errors();
}
