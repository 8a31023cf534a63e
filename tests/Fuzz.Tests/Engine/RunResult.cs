// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace Fuzz.Tests.Engine;

/// <summary>What came of the run of one target.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Tally">What became of its frames, as far as it came.</param>
/// <param name="Crashes">1 when the process died.</param>
/// <param name="Failure">What was wrong; null: nothing.</param>
internal sealed record RunResult(string Target, Tally Tally, int Crashes = 0, string? Failure = null)
{
    /// <summary>One line, for the process that has started this one.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    public static RunResult FromLine(string line) => JsonSerializer.Deserialize<RunResult>(line)!;
}
