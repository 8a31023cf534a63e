// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace TestKit;

/// <summary>Runs a short command to its end.</summary>
public static class ProcessRunner
{
    /// <summary>Runs a command that must succeed, and returns its standard output.</summary>
    public static string Check(string fileName, params IEnumerable<string> arguments)
    {
        ProcessResult result = Run(fileName, arguments);
        return result.ExitStatus == 0
            ? result.StandardOutput
            : throw new InvalidOperationException(
                $"{fileName} {string.Join(' ', arguments)}: exit status {result.ExitStatus}: {result.StandardError}");
    }

    /// <summary>Runs a command and returns whatever came of it. The limit is <see cref="Timeouts.Exit"/> unless it is given.</summary>
    public static ProcessResult Run(
        string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        ProcessStartInfo start = new(fileName, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{fileName} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit ?? Timeouts.Exit))
        {
            process.Kill();
            throw new TimeoutException($"{fileName} {string.Join(' ', arguments)} did not end");
        }

        return new ProcessResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}

/// <summary>How a command ended and what it said.</summary>
public sealed record ProcessResult(int ExitStatus, string StandardOutput, string StandardError);
