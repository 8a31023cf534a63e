// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Offload;

/// <summary>
/// The offload path alone: the data plane on its C ABI, in a C program (driver/main.c) that plays QEMU, against a bare loop of
/// system calls that moves the same bytes. Each round is a new process, whose memory lies elsewhere; within it the two take turns.
/// </summary>
internal sealed class OffloadBench(OffloadOptions options, Action<string> progress)
{
    public IReadOnlyList<OffloadResult> Run()
    {
        DriverProgram program = DriverProgram.Build(options);
        Dictionary<Direction, List<OffloadRound>> rounds = options.Directions.ToDictionary(direction => direction, _ => new List<OffloadRound>());
        for (int round = 1; round <= options.Common.Rounds; round++)
        {
            foreach (Direction direction in options.Directions)
            {
                progress($"round {round} of {options.Common.Rounds}: {direction}");
                rounds[direction].Add(Measure(program, direction));
            }
        }

        return [.. options.Directions.Select(direction => new OffloadResult(direction, rounds[direction]))];
    }

    private static OffloadRound Measure(DriverProgram program, Direction direction)
    {
        IReadOnlyList<DriverLine> lines = program.Run(direction);
        return new OffloadRound(Find(OffloadSubject.Ours), Find(OffloadSubject.Bare));

        OffloadMeasurement Find(OffloadSubject subject) => OffloadMeasurement.From(lines.Single(line => line.Subject == subject));
    }
}
