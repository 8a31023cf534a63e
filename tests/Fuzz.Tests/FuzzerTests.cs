// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Targets;

namespace Fuzz.Tests;

/// <summary>A fuzzer that finds nothing says something only if it finds what is there.</summary>
public sealed class FuzzerTests
{
    private static readonly RunSettings s_settings = new(TimeSpan.FromSeconds(20), Seed: 1);

    [Fact]
    public void A_byte_read_outside_ends_the_process_and_its_input_is_kept()
    {
        RunResult result = ChildRun.Run(FuzzTargets.PlantedCrash, s_settings);

        Assert.Equal(1, result.Crashes);
        string file = FileOf(result);
        Assert.Contains(PlantedTarget.Bug, File.ReadAllBytes(file));
        Assert.NotEqual(0, ProcessRunner.Run(Environment.ProcessPath!, [FuzzCommand.Replay, file]).ExitStatus);
    }

    [Fact]
    public void An_input_that_fails_is_made_as_small_as_it_can_be_and_kept()
    {
        RunResult result = ChildRun.Run(FuzzTargets.PlantedFailure, s_settings);

        Assert.Equal(0, result.Crashes);
        string file = FileOf(result);
        Assert.Equal([PlantedTarget.Bug], File.ReadAllBytes(file));
        ProcessResult replay = ProcessRunner.Run(Environment.ProcessPath!, [FuzzCommand.Replay, file]);
        Assert.Equal(1, replay.ExitStatus);
        Assert.Contains("the planted bug", replay.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_seeds_make_equal_inputs()
    {
        byte[][] corpus = [[1, 2, 3, 4, 5, 6, 7, 8]];
        Generator one = new(7);
        Generator other = new(7);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(Mutator.Next(ref one, corpus, 100), Mutator.Next(ref other, corpus, 100));
        }
    }

    private static string FileOf(RunResult result)
    {
        const string before = "replay with ";
        string line = result.Failure!.Split('\n').Single(text => text.StartsWith(before, StringComparison.Ordinal));
        return line[before.Length..];
    }
}
