// SPDX-License-Identifier: GPL-2.0-or-later
using System.Xml.Linq;

namespace Packaging.Tests.Integrations;

/// <summary>scripts/integrations/libvirt.xml, with the test's guest and addresses in the place of a disk and of the documentation's.</summary>
public sealed class LibvirtTests
{
    private static readonly XNamespace s_qemu = "http://libvirt.org/schemas/domain/qemu/1.0";

    [Fact]
    public void A_guest_of_libvirt_pings_a_guest_of_QEMU_through_the_tunnel()
    {
        int libvirtPort = FreePort.Udp();
        int port = FreePort.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = port, DestinationPort = libvirtPort, TransmitSessionId = 2, ReceiveSessionId = 1 };
        using Guest peer = new(new QemuOptions
        {
            Plugin = true,
            Arguments = ["-netdev", netdev.ToString(), "-device", "virtio-net-pci,netdev=n0,mac=52:54:00:09:00:02"],
        });
        using EmbeddedLibvirt libvirt = new();
        string domain = libvirt.PathOf("domain.xml");
        Domain(netdev.OtherEnd()).Save(domain);

        Assert.Contains("created from", libvirt.Run($"create {domain}"), StringComparison.Ordinal);

        peer.Configure("52:54:00:09:00:02", "10.9.0.2/24");
        peer.WaitForAnswer("10.9.0.1");
        string network = libvirt.Run("qemu-monitor-command tunnelled --hmp info network");
        Assert.True(NetdevInfo.Find(network, "tunnel0").IsPlugin, network);
        Assert.Contains("\"id\":\"tunnel0\"", libvirt.Run(Command("qom-get", "statistics")), StringComparison.Ordinal);
        Assert.Contains("\"return\":{}", libvirt.Run(Command("qom-set", "ttl", "9")), StringComparison.Ordinal);
        Assert.Contains("\"return\":\"9\"", libvirt.Run(Command("qom-get", "ttl")), StringComparison.Ordinal);
        Assert.Contains("destroyed", libvirt.Run("destroy tunnelled"), StringComparison.Ordinal);
    }

    /// <summary>Whoever reads a failure of the test above must see why libvirt refused.</summary>
    [Fact]
    public void What_virsh_says_of_a_failure_is_in_the_message()
    {
        using EmbeddedLibvirt libvirt = new();

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => libvirt.Run("domstate nobody"));

        Assert.Contains("failed to get domain 'nobody'", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>As a user of libvirt gives it, see libvirt.xml.</summary>
    private static string Command(string command, string property, string? value = null)
    {
        string given = value is null ? string.Empty : $", \"value\": \"{value}\"";
        string arguments = $"{{\"path\": \"/l2tpv3/tunnel0\", \"property\": \"{property}\"{given}}}";
        return $"qemu-monitor-command tunnelled '{{\"execute\": \"{command}\", \"arguments\": {arguments}}}'";
    }

    private static XDocument Domain(L2tpv3Netdev netdev)
    {
        XDocument domain = LibvirtDomain.Load("libvirt.xml", "l2tp.ip=10.9.0.1/24");
        Replace(domain, "/usr/lib/x86_64-linux-gnu/qemu-l2tpv3.so", Plugin.Path);
        Replace(domain, "l2tpv3,id=", (netdev with { Id = "tunnel0" }).ToString(), whole: true);
        return domain;
    }

    private static void Replace(XDocument domain, string text, string with, bool whole = false)
    {
        XAttribute value = domain.Descendants(s_qemu + "arg").Attributes("value").Single(value => value.Value.Contains(text, StringComparison.Ordinal));
        value.Value = whole ? with : value.Value.Replace(text, with, StringComparison.Ordinal);
    }
}
