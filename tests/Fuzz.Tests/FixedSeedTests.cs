// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests;

/// <summary>
/// A short run of each target, always with the same inputs: first the corpus, then as many as the time allows. A run that finds
/// something new takes longer: `dotnet cake --target=Fuzz`.
/// </summary>
public sealed class FixedSeedTests
{
    /// <summary>A run goes on until it has so many, and fails when they do not come.</summary>
    private const int LeastCases = 50;

    private static readonly RunSettings s_settings = new(TimeSpan.FromSeconds(5), Seed: 1, LeastCases);

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_case_holds_and_every_frame_is_accounted_for(string target)
    {
        RunResult result = ChildRun.Run(target, s_settings);

        TestContext.Current.SendDiagnosticMessage(ResultTable.Of([result]));
        Assert.True(result.Failure is null, result.Failure);
        Assert.Equal(0, result.Crashes);
        Assert.Equal(0, result.Tally.Unaccounted);
        Assert.True(result.Tally.Cases >= LeastCases, $"{result.Tally.Cases} cases");
        Assert.True(result.Tally.Delivered > result.Tally.Cases / 10, $"{result.Tally.Delivered} frames delivered in {result.Tally.Cases} cases");
    }

    [Fact]
    public void Every_folder_of_the_corpus_has_its_target()
    {
        string[] folders = [.. System.IO.Directory.GetDirectories(FuzzFolders.Corpus(string.Empty)).Select(folder => System.IO.Path.GetFileName(folder)!)];

        Assert.NotEmpty(folders);
        Assert.Empty(folders.Except(FuzzTargets.Names, StringComparer.Ordinal));
    }
}
