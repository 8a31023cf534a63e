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

/// <summary>How long a target runs, and with which inputs.</summary>
/// <param name="Time">So long, if that brings the cases.</param>
/// <param name="Seed">Equal seeds make equal inputs, in the same order.</param>
/// <param name="Cases">So many at least, which take longer on a busy machine.</param>
internal sealed record RunSettings(TimeSpan Time, ulong Seed, int Cases = 0);

/// <summary>What became of the frames of some cases.</summary>
internal sealed class Tally
{
    public long Cases { get; set; }

    /// <summary>Frames that the guest or the peer has sent.</summary>
    public long Frames { get; set; }

    /// <summary>Those that arrived, and were what they had to be.</summary>
    public long Delivered { get; set; }

    /// <summary>Those that a drop counter has.</summary>
    public long Dropped { get; set; }

    /// <summary>Those that are nowhere. Anything but 0 is a bug.</summary>
    public long Unaccounted => Frames - Delivered - Dropped;

    public void Add(Tally other)
    {
        Cases += other.Cases;
        Frames += other.Frames;
        Delivered += other.Delivered;
        Dropped += other.Dropped;
    }
}
