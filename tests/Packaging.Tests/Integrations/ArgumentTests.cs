// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Packaging.Tests.Integrations;

/// <summary>
/// The examples that give a tool arguments for QEMU: a QEMU with these arguments has the tunnel, served by the plugin. What the
/// tool itself makes of them is not tested here.
/// </summary>
public sealed class ArgumentTests
{
    [Theory]
    [InlineData("proxmox.conf", @"(?m)^args: (?<arguments>.+)$")]
    [InlineData("containerlab.clab.yml", @"QEMU_ADDITIONAL_ARGS: ""(?<arguments>[^""]+)""")]
    [InlineData("gns3.txt", "(?m)^(?<arguments>-plugin .+)$")]
    public void QEMU_takes_the_arguments_of_an_example_and_the_plugin_serves_the_netdev(string file, string pattern)
    {
        string arguments = Regex.Match(Repository.Text("scripts", "integrations", file), pattern).Groups["arguments"].Value;
        using NetworkNamespace network = new();
        network.AddLoopbackAddress("192.0.2.1/24");

        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Namespace = network,
            BaseArguments = ["-nodefaults", "-display", "none", "-M", "pc", "-S"],
            Arguments = [.. arguments.Replace("/usr/lib/x86_64-linux-gnu/qemu-l2tpv3.so", Plugin.Path, StringComparison.Ordinal).Split(' ')],
        });

        NetdevInfo netdev = qemu.Netdev("tunnel0");
        Assert.True(netdev.IsPlugin, netdev.Line);
        Assert.Contains("udp 192.0.2.1:1701 -> 192.0.2.2:1701, session tx 1 rx 2", netdev.Line, StringComparison.Ordinal);
    }
}
