// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Fuzz.Tests.Afl;

namespace Fuzz.Tests.Engine;

/// <summary>The fuzzer's command line.</summary>
internal static class FuzzCommand
{
    /// <summary>Looks for inputs that fail.</summary>
    public const string Run = "run";

    /// <summary>Runs inputs that failed.</summary>
    public const string Replay = "replay";

    /// <summary>The same with AFL++, which sees what an input reaches.</summary>
    public const string Afl = "afl";

    /// <summary>A target as AFL++ runs it.</summary>
    public const string AflTarget = "afl-target";

    private static readonly Option<string[]> s_target = new("--target") { Description = "Only this target; may be given several times", DefaultValueFactory = _ => [] };

    private static readonly Option<double> s_seconds = new("--seconds") { Description = "Seconds for each target", DefaultValueFactory = _ => 60 };

    private static readonly Option<ulong> s_seed = new("--seed") { Description = "Repeats the run with this seed; by default, each run has a new one", DefaultValueFactory = _ => (ulong)Environment.TickCount64 };

    private static readonly Option<int> s_cases = new("--cases") { Description = "However long they take", Hidden = true };

    private static readonly Option<bool> s_here = new("--here") { Description = "In this process", Hidden = true };

    private static readonly Argument<string> s_name = new("target");

    private static readonly Argument<FileInfo[]> s_inputs = new("file") { Description = "An input; its folder has the name of the target" };

    public static int Invoke(string[] arguments)
    {
        Command run = new(Run, "Looks for inputs that fail") { s_target, s_seconds, s_seed, s_cases, s_here };
        run.SetAction(RunTargets);
        Command replay = new(Replay, "Runs inputs again") { s_inputs };
        replay.SetAction(ReplayInputs);
        Command afl = new(Afl, "Looks for inputs that fail with AFL++, by the branches that they take") { s_target, s_seconds, s_seed };
        afl.SetAction(RunAfl);
        Command target = new(AflTarget, "A target as AFL++ runs it") { s_name };
        target.SetAction(parsed => Fuzz.Tests.Afl.AflTarget.Run(parsed.GetValue(s_name)!));
        return new RootCommand("Fuzzes the data plane") { run, replay, afl, target }.Parse(arguments).Invoke();
    }

    private static int RunAfl(ParseResult parsed)
    {
        RunSettings settings = SettingsOf(parsed);
        string program = InstrumentedCopy.Make();
        int failed = 0;
        foreach (string target in TargetsOf(parsed, FuzzTargets.NamesForAfl))
        {
            failed += AflRun.Run(program, target, settings);
        }

        return failed == 0 ? 0 : 1;
    }

    private static RunSettings SettingsOf(ParseResult parsed) => new(TimeSpan.FromSeconds(parsed.GetValue(s_seconds)), parsed.GetValue(s_seed), parsed.GetValue(s_cases));

    private static IReadOnlyList<string> TargetsOf(ParseResult parsed, IReadOnlyList<string> all) => parsed.GetValue(s_target) is { Length: > 0 } given ? given : all;

    private static int RunTargets(ParseResult parsed)
    {
        RunSettings settings = SettingsOf(parsed);
        IReadOnlyList<string> targets = TargetsOf(parsed, FuzzTargets.Names);
        if (parsed.GetValue(s_here))
        {
            Console.WriteLine(TargetRun.Run(targets[0], settings).ToLine());
            return 0;
        }

        Console.WriteLine($"seed {settings.Seed}, {settings.Time.TotalSeconds} s for each of {string.Join(", ", targets)}");
        List<RunResult> results = [];
        foreach (string target in targets)
        {
            RunResult result = ChildRun.Run(target, settings);
            results.Add(result);
            Console.WriteLine(result.Failure is null ? $"{target}: holds" : $"{target}: FAILED: {result.Failure}");
        }

        Console.WriteLine();
        Console.Write(ResultTable.Of(results));
        return results.Exists(result => result.Failure is not null) ? 1 : 0;
    }

    private static int ReplayInputs(ParseResult parsed)
    {
        int failed = 0;
        foreach (FileInfo file in parsed.GetValue(s_inputs) ?? [])
        {
            string? problem = TargetRun.Replay(file.Directory!.Name, File.ReadAllBytes(file.FullName));
            Console.WriteLine($"{file.Name}: {problem ?? "holds"}");
            failed += problem is null ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }
}
