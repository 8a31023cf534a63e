// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Packaging.Tests.Integrations;

/// <summary>The script of scripts/integrations/kubevirt.yaml, called as KubeVirt's sidecar-shim calls it.</summary>
public sealed class KubevirtTests
{
    private static readonly XNamespace s_qemu = "http://libvirt.org/schemas/domain/qemu/1.0";

    [Theory]
    [InlineData("<domain type=\"kvm\"><name>a</name></domain>")]
    [InlineData("<domain type=\"kvm\" xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"><name>a</name></domain>")]
    [InlineData("<domain type=\"kvm\" xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\">\n <name>a</name>\n <qemu:commandline>\n  <qemu:arg value=\"-no-hpet\"/>\n </qemu:commandline>\n</domain>")]
    public void The_hook_adds_plugin_netdev_and_NIC_to_the_domain_and_changes_nothing_else(string domain)
    {
        XElement before = XElement.Parse(domain);

        XElement after = XElement.Parse(RunHook("--vmi", "{}", "--domain", domain));

        string[] arguments = [.. after.Element(s_qemu + "commandline")!.Elements(s_qemu + "arg").Select(argument => argument.Attribute("value")!.Value)];
        int own = before.Descendants(s_qemu + "arg").Count();
        Assert.Equal(["-plugin", "-netdev", "-device"], arguments.Skip(own).Where((_, index) => index % 2 == 0), StringComparer.Ordinal);
        Assert.StartsWith("l2tpv3,id=tunnel0,src=192.0.2.1,dst=192.0.2.2,", arguments[own + 3], StringComparison.Ordinal);
        Assert.Equal(before.Descendants(s_qemu + "arg").Select(argument => argument.Attribute("value")!.Value), arguments.Take(own), StringComparer.Ordinal);
        Assert.Equal("a", after.Element("name")!.Value);
    }

    private static string RunHook(params string[] arguments)
    {
        using TemporaryDirectory directory = new();
        string text = Regex.Match(Repository.Text("scripts", "integrations", "kubevirt.yaml"), @"onDefineDomain: \|\n(?<script>(    .*\n|\n)+)").Groups["script"].Value;
        string script = directory.File("onDefineDomain");
        File.WriteAllText(script, Regex.Replace(text, "(?m)^    ", string.Empty));

        ProcessResult result = ProcessRunner.Run("sh", [script, .. arguments], new Dictionary<string, string>(StringComparer.Ordinal) { ["POD_IP"] = "192.0.2.1" });

        Assert.True(result.ExitStatus == 0, result.StandardError);
        return result.StandardOutput;
    }
}
