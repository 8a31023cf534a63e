// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>
/// A guest with Debian's kernel and with this machine's root for its own, read-only: it has every program that is here, and L2TP,
/// ESP and bridges, which this machine's kernel may lack. <c>scripts/lab</c> opens a shell in the same place.
/// </summary>
public sealed class LabGuest : IDisposable
{
    private static int s_count;
    private readonly Guest _guest;
    private readonly string _script;

    /// <summary>Boots it; further arguments are QEMU's.</summary>
    public LabGuest(params string[] arguments)
    {
        Directory.CreateDirectory(Shared);
        _script = Path.Combine(Shared, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}.sh"));
        _guest = new Guest(new QemuOptions { Arguments = [.. LabArguments(), .. arguments] });
    }

    /// <summary>The one directory that guest and test can both write to. Its path is the same in both.</summary>
    public static string Shared { get; } = Path.Combine(Plugin.RepositoryRoot, "artifacts", "lab");

    /// <summary>Runs a script that must succeed (`set -e`), and returns what it wrote.</summary>
    public string Run(string script)
    {
        // The guest takes one line for a command.
        File.WriteAllText(_script, script);
        return _guest.Run($"sh -e {_script}");
    }

    /// <summary>Runs a script in a network namespace of the guest.</summary>
    public string RunIn(string place, string script) => Run(InNamespace(place, script));

    public void Dispose()
    {
        _guest.Dispose();
        File.Delete(_script);
    }

    // What is given last wins: -append and -m are among the guest's own arguments too. Any CPU that can be had: a program that was
    // compiled for this machine may be among the lab's. But only one: a veth has a queue for each, so that frames of a process that
    // moves from one CPU to another overtake each other.
    private static string[] LabArguments() =>
    [
        "-cpu", "max", "-m", "1024",
        "-append", $"console=ttyS0 quiet no_timer_check l2tp.lab={Plugin.RepositoryRoot}",
        "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
        "-virtfs", $"local,path={Shared},mount_tag=lab,security_model=none",
    ];

    private static string InNamespace(string place, string script) => $"""
        exec nsenter --net=/run/netns/{place} sh -e <<'END_OF_SCRIPT'
        {script}
        END_OF_SCRIPT
        """;
}

/// <summary>The network namespaces of the lab: see the picture in <c>scripts/lab-hosts</c>.</summary>
internal static class Place
{
    /// <summary>Where QEMU with the plugin is.</summary>
    public const string Host = "host";

    /// <summary>Where its peer is.</summary>
    public const string Peer = "peer";

    /// <summary>A container behind the peer's bridge.</summary>
    public const string Container = "container";
}

/// <summary>Scripts that cost few processes: each takes a tenth of a second in a lab, more on a busy machine.</summary>
internal static class LabScript
{
    /// <summary>Many commands of ip(8) by one process; ends at the first that fails, and names it.</summary>
    public static string Batch(IEnumerable<string> commands) => $"""
        ip -batch - 2>&1 <<'END_OF_BATCH'
        {string.Join('\n', commands.Select(command => command["ip ".Length..]))}
        END_OF_BATCH
        """;
}

/// <summary>The program in the folder frames, compiled to where every lab finds it. Static, for User-Mode Linux with a root of its own.</summary>
internal static class FramesProgram
{
    private static readonly Lazy<string> s_path = new(Compile);

    /// <summary>The program.</summary>
    public static string Path => s_path.Value;

    private static string Compile()
    {
        Directory.CreateDirectory(LabGuest.Shared);
        string path = System.IO.Path.Combine(LabGuest.Shared, "frames");
        string[] sources = Directory.GetFiles(System.IO.Path.Combine(Plugin.RepositoryRoot, "tests", "Peers", "frames"), "*.c");
        ProcessRunner.Check("gcc", ["-static", "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, .. sources]);
        return path;
    }
}
