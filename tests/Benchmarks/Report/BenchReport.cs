// SPDX-License-Identifier: GPL-2.0-or-later
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>Shows a table and keeps it: NAME.txt as printed, NAME.json with every round; and draws the chart anew.</summary>
internal sealed class BenchReport(CommonOptions options, string name, Table table, IEnumerable<string> notes)
{
    private const int TextWidth = 140;

    private readonly Machine _machine = Machine.Describe(options.Qemu);

    public void Write<T>(IReadOnlyList<T> results)
    {
        Print(AnsiConsole.Console);
        options.Output.Create();
        using (StreamWriter file = File.CreateText(Path.Combine(options.Output.FullName, $"{name}.txt")))
        {
            Print(AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(file),
            }));
        }

        new BenchFile<T>(_machine, options.Rounds, results).Write(options.Output, name);
        File.WriteAllText(Path.Combine(options.Output.FullName, Summary.ChartName), SvgChart.Draw(Summary.Read(options.Output)));
    }

    private void Print(IAnsiConsole console)
    {
        console.Profile.Width = int.Max(console.Profile.Width, TextWidth);
        console.Write(table);
        foreach (string note in notes)
        {
            console.WriteLine(note);
        }

        console.WriteLine($"Commit {_machine.Commit}, {_machine.Qemu}");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_machine.Kernel}, {_machine.Cpus} × {_machine.Cpu}"));
    }
}
