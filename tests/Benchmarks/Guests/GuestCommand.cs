// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks.Guests;

/// <summary>The guest bench's command line.</summary>
internal static class GuestCommand
{
    public const string Name = "guests";

    private const int Rounds = 3;

    public static Command Create()
    {
        CommonArguments common = new(Rounds, Backend.Stock, Backend.Ours, Backend.Tap);
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 5, Description = "length of one run of iperf3" };
        Option<int[]> streams = CommonArguments.Several<int>("--streams", [1, 4], "parallel TCP streams");
        Option<int[]> versions = CommonArguments.Several<int>("--ip", [4, 6], "IP versions within the guests");
        Option<DirectoryInfo> image = new("--image")
        {
            DefaultValueFactory = _ => new DirectoryInfo(GuestImage.DefaultFolder),
            Description = "where scripts/guest-image put the guest",
        };
        Option<string> accelerator = new("--accel")
        {
            DefaultValueFactory = _ => GuestImage.DefaultAccelerator(),
            Description = "tcg or kvm; by default what the variable ACCEL or else scripts/accel says",
        };
        Command command = common.Command(Name, "Measures TCP and ping between two guests: stock l2tpv3, the plugin, tap.", seconds, streams, versions, image, accelerator);
        command.SetAction(parsed => common.RunIsolated(parsed, options => Run(new GuestOptions(
            options,
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetRequiredValue(streams),
            parsed.GetRequiredValue(versions),
            parsed.GetRequiredValue(image),
            parsed.GetRequiredValue(accelerator)))));
        return command;
    }

    private static void Run(GuestOptions options)
    {
        if (!File.Exists(Path.Combine(options.Image.FullName, "vmlinux")))
        {
            throw new FileNotFoundException($"there is no guest in {options.Image.FullName}: run scripts/guest-image");
        }

        IReadOnlyList<GuestResult> results = new GuestBench(options, Console.Error.WriteLine).Run();
        new BenchReport(options.Common, Name, GuestTable.Build(results), GuestTable.Notes(options)).Write(results);
    }
}
