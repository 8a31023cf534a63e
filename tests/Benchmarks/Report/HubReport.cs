// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Benchmarks.Hub;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>Shows the figures and keeps them: hub.txt as printed, hub.json with every round.</summary>
internal sealed class HubReport(Machine machine, HubOptions options, IReadOnlyList<HubResult> results)
{
    private const double QuietMachine = 0.05;
    private const int TextWidth = 140;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Write()
    {
        Print(AnsiConsole.Console);
        options.Output.Create();
        using (StreamWriter file = File.CreateText(Path.Combine(options.Output.FullName, "hub.txt")))
        {
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(file),
            });
            Print(console);
        }

        string json = JsonSerializer.Serialize(
            new { machine, windowSeconds = options.Window.TotalSeconds, rounds = options.Rounds, results },
            s_json);
        File.WriteAllText(Path.Combine(options.Output.FullName, "hub.json"), json + "\n");
    }

    private void Print(IAnsiConsole console)
    {
        console.Profile.Width = int.Max(console.Profile.Width, TextWidth);
        console.Write(HubTable.Build(results));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Rounds} interleaved rounds of {options.Window.TotalSeconds:0.##} s; spread is (best - worst) / median."));
        console.WriteLine("busy: CPU time of QEMU in the window; waited: time it was ready and another program had its CPU.");
        if (results.Any(result => result.Median(round => round.Waited) > QuietMachine))
        {
            console.WriteLine("NOT A QUIET MACHINE: other programs took CPU time from QEMU; frames/s are too low, CPU µs/frame a little too high.");
        }

        console.WriteLine($"Commit {machine.Commit}, {machine.Qemu}");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{machine.Kernel}, {machine.Cpus} × {machine.Cpu}"));
    }
}
