// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Fuzz.Tests.Engine;

/// <summary>Runs a target in this process: its corpus first, then new inputs until the time is over or one fails.</summary>
internal static class TargetRun
{
    public static RunResult Run(string name, RunSettings settings)
    {
        using FuzzTarget target = FuzzTargets.Make(name);
        using RunningInput running = new(FuzzFolders.Running(name));
        IReadOnlyList<byte[]> corpus = FuzzFolders.Inputs(name);
        Generator random = new(settings.Seed);
        Stopwatch time = Stopwatch.StartNew();
        for (int i = 0; i < Math.Max(corpus.Count, settings.Cases) || time.Elapsed < settings.Time; i++)
        {
            byte[] input = i < corpus.Count ? corpus[i] : Mutator.Next(ref random, corpus, target.TypicalLength);
            string? problem = TryRun(target, running, input);
            if (problem is not null)
            {
                byte[] smallest = Shrinker.Shrink(input, smaller => TryRun(target, running, smaller) is not null);
                string file = FuzzFolders.Keep(name, "failure", smallest);
                return new RunResult(name, target.Tally, Failure: $"seed {settings.Seed}, case {i}: {TryRun(target, running, smallest) ?? problem}\nreplay with {file}");
            }
        }

        return new RunResult(name, target.Tally);
    }

    /// <summary>Runs one input.</summary>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Replay(string name, byte[] input)
    {
        using FuzzTarget target = FuzzTargets.Make(name);
        using RunningInput running = new(FuzzFolders.Running(name));
        return TryRun(target, running, input);
    }

    private static string? TryRun(FuzzTarget target, RunningInput running, byte[] input)
    {
        running.Set(input);
        try
        {
            target.Run(input);
            target.Tally.Cases++;
            return null;
        }
#pragma warning disable CA1031 // whatever it is, it is what is looked for
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.ToString();
        }
    }
}
