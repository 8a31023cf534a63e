// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Packaging.Tests.Integrations;

/// <summary>
/// libvirt's QEMU driver inside virsh, with all its state in a folder (https://libvirt.org/drvqemu.html, "Embedded driver"): no
/// daemon, no system configuration.
///
/// QEMU's output goes straight into a file, for libvirt's own way asks virtlogd, a daemon.
///
/// A privileged driver wants the user libvirt-qemu, which only the system's libvirt makes. So virsh is nobody in a user name space,
/// and in a process name space too: with virsh everything ends that it has started. The shell is that name space's first process,
/// to which daemons fall: it reaps them, and virsh waits 40 seconds for one that nobody reaps.
/// </summary>
internal sealed class EmbeddedLibvirt : IDisposable
{
    private const string Nobody = "65534";
    private const string Prompt = "virsh # ";
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _virsh;

    /// <summary>Starts virsh.</summary>
    public EmbeddedLibvirt()
    {
        Directory.CreateDirectory(_directory.File("root/etc"));
        File.WriteAllText(_directory.File("root/etc/qemu.conf"), "security_driver = \"none\"\nstdio_handler = \"file\"\n");
        ProcessStartInfo start = new(
            "unshare",
            [
                "--user", $"--map-user={Nobody}", $"--map-group={Nobody}", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                "sh", "-c", "\"$@\" 2>&1; exit $?", "-", "virsh", "--connect", $"qemu:///embed?root={_directory.File("root")}",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string variable in (string[])["HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
        {
            start.Environment[variable] = _directory.Path;
        }

        _virsh = Process.Start(start) ?? throw new InvalidOperationException("unshare did not start");
    }

    /// <summary>A file in a folder of its own.</summary>
    public string PathOf(string name) => _directory.File(name);

    /// <summary>
    /// Runs a command of virsh, which must succeed, and returns what it printed. Echo is the end of the answer: virsh runs one after
    /// the other. virsh's errors are among its output, so that none is lost.
    /// </summary>
    public string Run(string command)
    {
        const string end = "END-OF-ANSWER";
        _virsh.StandardInput.WriteLine(command);
        _virsh.StandardInput.WriteLine($"echo {end}");
        _virsh.StandardInput.Flush();
        using StringWriter answer = new();
        while (_virsh.StandardOutput.ReadLine() is { } line)
        {
            if (string.Equals(line, end, StringComparison.Ordinal))
            {
                return Succeeded(command, answer.ToString());
            }

            if (!line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                answer.WriteLine(line);
            }
        }

        throw new InvalidOperationException($"virsh ended at '{command}': {answer}");
    }

    public void Dispose()
    {
        _virsh.StandardInput.Close();
        if (!_virsh.WaitForExit(Timeouts.Exit))
        {
            _virsh.Kill();
            _virsh.WaitForExit();
        }

        _virsh.Dispose();
        _directory.Dispose();
    }

    private static string Succeeded(string command, string answer) =>
        answer.StartsWith("error: ", StringComparison.Ordinal) || answer.Contains("\nerror: ", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"virsh {command}:\n{answer}")
            : answer;
}
