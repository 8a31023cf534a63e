// SPDX-License-Identifier: GPL-2.0-or-later
using SharpFuzz;

namespace Fuzz.Tests.Afl;

/// <summary>A target as a program that afl-fuzz runs. It may die of an input, so there are two processes: one talks, one runs.</summary>
internal static class AflTarget
{
    public static void Run(string name)
    {
        using FuzzTarget target = FuzzTargets.Make(name);
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream input = new();
            stream.CopyTo(input);
            target.Run(input.ToArray());
        });
    }
}
