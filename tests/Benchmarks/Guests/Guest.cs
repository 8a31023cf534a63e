// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.IO;
using System.Linq;
using TestKit;

namespace Benchmarks.Guests;

/// <summary>A Linux guest with one virtio NIC, booted and reachable by its command port.</summary>
internal sealed class Guest : IDisposable
{
    private static readonly TimeSpan s_bootTimeout = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new();
    private readonly QemuProcess _qemu;
    private readonly GuestConsole _console;

    /// <summary>Starts it; the boot goes on.</summary>
    public Guest(GuestOptions options, int number, string cpus, bool plugin, string netdev)
    {
        string port = _directory.File("commands");
        string[] addresses = [$"10.9.0.{number}/24", $"fd00:9::{number}/64"];
        _qemu = QemuProcess.Start(new QemuOptions
        {
            Binary = options.Common.Qemu,
            Plugin = plugin,
            Environment = QemuLaunch.Environment(options.Common),
            Launcher = QemuLaunch.On(cpus),
            BaseArguments = ["-nodefaults", "-display", "none", "-no-reboot", "-m", "256", "-accel", options.Accelerator],
            Arguments =
            [
                "-kernel", Path.Combine(options.Image.FullName, "vmlinux"),
                "-initrd", Path.Combine(options.Image.FullName, "initramfs.cpio.gz"),
                "-append", "console=ttyS0 quiet " + string.Join(' ', addresses.Select(address => $"l2tp.ip={address}")),
                "-serial", "null",
                "-chardev", $"socket,id=commands,path={port},server=on,wait=off", "-serial", "chardev:commands",
                "-netdev", $"{netdev},id=n0",
                "-device", $"virtio-net-pci,netdev=n0,mac=52:54:00:00:00:0{number}",
            ],
        });
        _console = new GuestConsole(port);
    }

    public int ProcessId => _qemu.Id;

    public void WaitForBoot()
    {
        _console.WaitForBoot(s_bootTimeout);
    }

    public string Run(string command, TimeSpan timeout)
    {
        return _console.Run(command, timeout);
    }

    public void Dispose()
    {
        _console.Dispose();
        _qemu.Dispose();
        _directory.Dispose();
    }
}
