// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using FsCheck.Fluent;

namespace Fuzz.Tests.Engine;

/// <summary>Makes a failing input smaller, with FsCheck's shrinker of arrays: fewer bytes, then smaller ones.</summary>
internal static class Shrinker
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>The smallest input found that still fails.</summary>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> fails)
    {
        Stopwatch time = Stopwatch.StartNew();
        byte[]? smaller = input;
        while (smaller is not null && time.Elapsed < s_limit)
        {
            input = smaller;
            smaller = Halves(input).Concat(ArbMap.Default.ArbFor<byte[]>().Shrinker(input))
                .TakeWhile(_ => time.Elapsed < s_limit).FirstOrDefault(fails);
        }

        return input;
    }

    /// <summary>The large steps first.</summary>
    private static System.Collections.Generic.IEnumerable<byte[]> Halves(byte[] input)
    {
        for (int length = input.Length / 2; length > 1; length /= 2)
        {
            for (int start = 0; start + length <= input.Length; start += length)
            {
                yield return [.. input[..start], .. input[(start + length)..]];
            }
        }
    }
}
