// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Engine;

/// <summary>Runs a target in a process of its own, since the worst of what it looks for ends the process.</summary>
internal static class ChildRun
{
    /// <summary>Shrinking a failure, and the start.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(2);

    public static RunResult Run(string target, RunSettings settings)
    {
        string seconds = settings.Time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        string seed = settings.Seed.ToString(CultureInfo.InvariantCulture);
        string cases = settings.Cases.ToString(CultureInfo.InvariantCulture);
        ProcessResult result = ProcessRunner.Run(
            Environment.ProcessPath!, [FuzzCommand.Run, "--here", "--target", target, "--seconds", seconds, "--seed", seed, "--cases", cases], limit: settings.Time + s_margin);
        if (result.ExitStatus == 0)
        {
            return RunResult.FromLine(result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        }

        string file = FuzzFolders.Keep(target, "crash", RunningInput.Read(FuzzFolders.Running(target)));
        string words = string.Join('\n', result.StandardError.Split('\n').Take(30));
        return new RunResult(target, new Tally(), Crashes: 1, $"seed {seed}: exit status {result.ExitStatus}\n{words}\nreplay with {file}");
    }
}
