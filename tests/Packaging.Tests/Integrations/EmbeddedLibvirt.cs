// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using TestKit;

namespace Packaging.Tests.Integrations;

/// <summary>
/// libvirt's QEMU driver inside virsh, with all its state in a folder (https://libvirt.org/drvqemu.html, "Embedded driver"): no
/// daemon, no system configuration.
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
    private readonly Task<string> _errors;

    /// <summary>Starts virsh.</summary>
    public EmbeddedLibvirt()
    {
        Directory.CreateDirectory(_directory.File("root/etc"));
        File.WriteAllText(_directory.File("root/etc/qemu.conf"), "security_driver = \"none\"\n");
        ProcessStartInfo start = new(
            "unshare",
            [
                "--user", $"--map-user={Nobody}", $"--map-group={Nobody}", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                "sh", "-c", "\"$@\"; exit $?", "-", "virsh", "--connect", $"qemu:///embed?root={_directory.File("root")}",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in (string[])["HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
        {
            start.Environment[variable] = _directory.Path;
        }

        _virsh = Process.Start(start) ?? throw new InvalidOperationException("unshare did not start");
        _errors = _virsh.StandardError.ReadToEndAsync();
    }

    /// <summary>A file in a folder of its own.</summary>
    public string PathOf(string name) => _directory.File(name);

    /// <summary>Runs a command of virsh, and returns what it printed. Echo is the end of the answer: virsh runs one after the other.</summary>
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
                return answer.ToString();
            }

            if (!line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                answer.WriteLine(line);
            }
        }

        throw new InvalidOperationException($"virsh ended: {_errors.GetAwaiter().GetResult()}");
    }

    /// <inheritdoc/>
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
}
