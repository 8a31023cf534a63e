// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Observation;

/// <summary>artifacts/l2tpv3-stat, looking into one runtime directory of the test's own.</summary>
internal sealed class StatProgram : IDisposable
{
    private readonly TemporaryDirectory _runtime = new();

    /// <summary>Where the pages of QEMUs with <see cref="Environment"/> are.</summary>
    public string Pages => _runtime.File("qemu-l2tpv3");

    /// <summary>What a QEMU needs to be seen.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_RUNTIME_DIR"] = _runtime.Path };

    /// <summary>A QEMU that this program sees.</summary>
    public QemuOptions Options => new() { Plugin = true, Environment = Environment };

    /// <summary>Runs it.</summary>
    public ProcessResult Run(params IEnumerable<string> arguments) => RunBy([], new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>Runs it in the place of a launcher, with additions to its environment.</summary>
    public ProcessResult RunBy(IReadOnlyList<string> launcher, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        string program = Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-stat");
        string[] command = [.. launcher, program, "--directory", Pages, .. arguments];
        return File.Exists(program)
            ? ProcessRunner.Run(command[0], command[1..], environment)
            : throw new FileNotFoundException($"{program} is missing: build it with 'dotnet cake --target=Publish'");
    }

    /// <summary>Runs it with --json: the netdevs.</summary>
    public JsonElement[] Netdevs()
    {
        using JsonDocument document = JsonDocument.Parse(Run("--json").StandardOutput);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public void Dispose() => _runtime.Dispose();
}
