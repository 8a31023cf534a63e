// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks.Flight;

/// <summary>The flight bench's command line.</summary>
internal static class FlightCommand
{
    public const string Name = "flight";

    private const int Rounds = 5;

    public static Command Create()
    {
        CommonArguments common = new(Rounds, Backend.Stock, Backend.Ours, Backend.Tap);
        Option<int> frames = new("--frames") { DefaultValueFactory = _ => 1500, Description = "frames in one measurement" };
        Option<int[]> sizes = CommonArguments.Several<int>("--sizes", [60, 1514], "frame sizes in bytes, without the FCS");
        Option<Direction[]> directions = CommonArguments.Several<Direction>("--directions", [Direction.Transmit, Direction.Receive], "guest to wire, wire to guest");
        Command command = common.Command(Name, "Measures how long one frame takes through QEMU's hub while no other is under way.", frames, sizes, directions);
        command.SetAction(parsed => common.RunIsolated(parsed, options => Run(new FlightOptions(
            options,
            parsed.GetValue(frames),
            parsed.GetRequiredValue(sizes),
            parsed.GetRequiredValue(directions)))));
        return command;
    }

    private static void Run(FlightOptions options)
    {
        IReadOnlyList<FlightResult> results = new FlightBench(options, Console.Error.WriteLine).Run();
        new BenchReport(options.Common, Name, FlightTable.Build(results), FlightTable.Notes(options)).Write(results);
    }
}
