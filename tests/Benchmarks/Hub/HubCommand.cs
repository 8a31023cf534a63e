// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks.Hub;

/// <summary>The hub bench's command line.</summary>
internal static class HubCommand
{
    public const string Name = "hub";

    private const int Rounds = 3;

    public static Command Create()
    {
        CommonArguments common = new(Rounds, Enum.GetValues<Backend>());
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 1, Description = "length of one measurement" };
        Option<int[]> sizes = CommonArguments.Several<int>("--sizes", [60, 590, 1514], "frame sizes in bytes, without the FCS");
        Option<Direction[]> directions = CommonArguments.Several<Direction>("--directions", [Direction.Transmit, Direction.Receive], "guest to wire, wire to guest");
        Option<GuestSide[]> guestSides = CommonArguments.Several<GuestSide>("--guest-sides", Enum.GetValues<GuestSide>(), "who stands for the guest: a tap, or almost nothing");
        Option<bool> gsoSender = new("--gso-sender")
        {
            DefaultValueFactory = _ => true,
            Description = "also measure receiving from a peer that uses UDP GSO",
        };
        Command command = common.Command(Name, "Measures stock l2tpv3, the plugin, tap and dgram through QEMU's hub.", seconds, sizes, directions, guestSides, gsoSender);
        command.SetAction(parsed => common.RunIsolated(parsed, options => Run(new HubOptions(
            options,
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetRequiredValue(sizes),
            parsed.GetRequiredValue(directions),
            parsed.GetRequiredValue(guestSides),
            parsed.GetValue(gsoSender)))));
        return command;
    }

    private static void Run(HubOptions options)
    {
        IReadOnlyList<HubResult> results = new HubBench(options, Console.Error.WriteLine).Run();
        new BenchReport(options.Common, Name, HubTable.Build(results), HubTable.Notes(options, results)).Write(results);
    }
}
