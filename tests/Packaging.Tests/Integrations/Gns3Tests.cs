// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Packaging.Tests.Integrations;

/// <summary>
/// The command of scripts/integrations/gns3.txt, called as GNS3 3.0 calls a QEMU: `-name`, then what the machine has, and no option
/// of ours, for GNS3 would refuse it. The temporary place of the command is all that is not as a user has it.
/// </summary>
public sealed class Gns3Tests : IDisposable
{
    private static readonly string[] s_machine =
        ["-m", "64M", "-smp", "cpus=1,maxcpus=1,sockets=1", "-machine", "accel=tcg", "-net", "none", "-device", "e1000,mac=0c:00:00:00:00:00,netdev=gns3-0", "-netdev", "user,id=gns3-0", "-display", "none", "-S"];

    private readonly TemporaryDirectory _directory = new();
    private readonly NetworkNamespace _network = new();
    private readonly string _command;

    public Gns3Tests()
    {
        string text = Regex.Match(Repository.Text("scripts", "integrations", "gns3.txt"), @"(?ms)^(?<script>#!/bin/sh\n.*?)\n\n").Groups["script"].Value;
        _command = _directory.File("qemu-kvm");
        File.WriteAllText(_command, text.Replace("/usr/lib/x86_64-linux-gnu/qemu-l2tpv3.so", Plugin.Path, StringComparison.Ordinal) + "\n");
        ProcessRunner.Check("chmod", "+x", _command);
        _network.AddLoopbackAddress("192.0.2.1/24");
    }

    [Fact]
    public void The_machine_that_the_command_names_gets_the_tunnel_beside_the_adapters_of_GNS3()
    {
        using QemuProcess qemu = Start("router1");

        NetdevInfo netdev = qemu.Netdev("tunnel0");
        Assert.True(netdev.IsPlugin, netdev.Line);
        Assert.Contains("udp 192.0.2.1:1701 -> 192.0.2.2:1701, session tx 1 rx 2", netdev.Line, StringComparison.Ordinal);
        Assert.Contains("gns3-0", qemu.Hmp("info network"), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_machine_starts_as_without_the_command()
    {
        using QemuProcess qemu = Start("router10");

        Assert.DoesNotContain("l2tpv3", qemu.Hmp("info network"), StringComparison.Ordinal);
        Assert.Contains("gns3-0", qemu.Hmp("info network"), StringComparison.Ordinal);
    }

    /// <summary>GNS3 asks each QEMU that it finds for its version, and offers those that answer.</summary>
    [Fact]
    public void The_command_tells_the_version_of_its_QEMU() =>
        Assert.Contains("version", ProcessRunner.Check(_command, "-version", "-nographic"), StringComparison.Ordinal);

    public void Dispose()
    {
        _network.Dispose();
        _directory.Dispose();
    }

    private QemuProcess Start(string name) => QemuProcess.Start(new QemuOptions
    {
        Binary = _command,
        Namespace = _network,
        BaseArguments = ["-name", name, .. s_machine],
    });
}
