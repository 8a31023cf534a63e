// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks;

/// <summary>The command line arguments that every bench has, and the step into the namespace that every bench needs.</summary>
internal sealed class CommonArguments
{
    private readonly Option<int> _rounds;
    private readonly Option<Backend[]>? _only;
    private readonly Option<FileInfo> _plugin = new("--plugin")
    {
        DefaultValueFactory = _ => new FileInfo(Path.Combine(Plugin.RepositoryRoot, "artifacts", "qemu-l2tpv3.so")),
        Description = "the plugin, for backend ours",
    };

    private readonly Option<string> _settings = new("--settings")
    {
        DefaultValueFactory = _ => string.Empty,
        Description = "settings for the plugin, as QEMU_L2TPV3 takes them",
    };

    private readonly Option<string> _qemu = new("--qemu")
    {
        DefaultValueFactory = _ => "qemu-system-x86_64",
        Description = "the QEMU to run",
    };

    private readonly Option<bool> _realTime = new("--real-time")
    {
        Description = "for a machine that others use: run before all their programs (chrt --rr), which stop meanwhile",
    };

    private readonly Option<DirectoryInfo> _output = new("--output")
    {
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Plugin.RepositoryRoot, "artifacts", "bench")),
        Description = "the folder for the tables, as text and as JSON, and for the chart of all tables in it",
    };

    private readonly Option<bool> _publish = new("--publish")
    {
        Description = "then put chart and tables into tests/Benchmarks and the main README.md",
    };

    /// <summary>The arguments with their defaults.</summary>
    /// <param name="rounds">Measurements of each thing.</param>
    /// <param name="backends">What can be measured; none: there is no choice.</param>
    public CommonArguments(int rounds, params Backend[] backends)
    {
        _rounds = new Option<int>("--rounds")
        {
            DefaultValueFactory = _ => rounds,
            Description = "measurements of each backend in each bench",
        };
        _only = backends.Length == 0 ? null : Several("--only", backends, "the backends to run");
    }

    /// <summary>The plugin is measured, or may be.</summary>
    public bool NeedsPlugin { get; init; } = true;

    /// <summary>An option of any number of values.</summary>
    public static Option<T[]> Several<T>(string name, T[] usual, string description) =>
        new(name) { DefaultValueFactory = _ => usual, AllowMultipleArgumentsPerToken = true, Description = description };

    /// <summary>A command with these arguments and some of its own.</summary>
    public Command Command(string name, string description, params IEnumerable<Option> own)
    {
        Command command = new(name, description);
        AddTo(command);
        foreach (Option option in own)
        {
            command.Options.Add(option);
        }

        return command;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_rounds);
        if (_only is not null)
        {
            command.Options.Add(_only);
        }

        command.Options.Add(_plugin);
        command.Options.Add(_settings);
        command.Options.Add(_qemu);
        command.Options.Add(_realTime);
        command.Options.Add(_output);
        command.Options.Add(_publish);
    }

    /// <summary>Runs the bench inside the namespace: at once, or as a child that comes here again.</summary>
    public int RunIsolated(ParseResult parsed, Action<CommonOptions> bench)
    {
        CommonOptions options = Read(parsed);
        if (Isolation.IsInside)
        {
            bench(options);
            return 0;
        }

        return Rerun(parsed, options, [[]]);
    }

    /// <summary>Runs several benches, each in a namespace of its own, with the arguments that all of them have.</summary>
    public int RunAll(ParseResult parsed, IEnumerable<string> benches) => Rerun(parsed, Read(parsed), benches.Select(bench => new[] { bench }));

    private int Rerun(ParseResult parsed, CommonOptions options, IEnumerable<string[]> commands)
    {
        if (options.Backends.Contains(Backend.Ours) && !options.Plugin.Exists)
        {
            Console.Error.WriteLine($"There is no {options.Plugin.FullName}: build it first, or leave it out with --only stock tap");
            return 1;
        }

        string[] arguments = [.. parsed.Tokens.Select(token => token.Value).Where(text => !string.Equals(text, _publish.Name, StringComparison.Ordinal))];
        foreach (string[] command in commands)
        {
            int status = Isolation.Rerun([.. command, .. arguments], options);
            if (status != 0)
            {
                return status;
            }
        }

        if (parsed.GetValue(_publish))
        {
            Publication.Publish(options.Output);
        }

        return 0;
    }

    private CommonOptions Read(ParseResult parsed) => new CommonOptions(
        parsed.GetValue(_rounds),
        _only is not null ? parsed.GetRequiredValue(_only) : NeedsPlugin ? [Backend.Ours] : [],
        parsed.GetRequiredValue(_plugin),
        parsed.GetRequiredValue(_settings),
        parsed.GetRequiredValue(_qemu),
        parsed.GetValue(_realTime),
        parsed.GetRequiredValue(_output));
}

/// <summary>What every bench is told.</summary>
internal sealed record CommonOptions(
    int Rounds,
    IReadOnlyList<Backend> Backends,
    FileInfo Plugin,
    string Settings,
    string Qemu,
    bool RealTime,
    DirectoryInfo Output);
