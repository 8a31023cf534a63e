// SPDX-License-Identifier: GPL-2.0-or-later
using System.Xml.Linq;

namespace Packaging.Tests.Integrations;

/// <summary>scripts/integrations/libvirt-vhost.xml, with the test's guest and socket in the place of a disk and of the unit's.</summary>
public sealed class LibvirtVhostTests
{
    private const string Mac = "52:54:00:09:01:02";
    private const string Address = "10.9.1.1";
    private const string PeerAddress = "10.9.1.2";

    private static readonly XNamespace s_qemu = "http://libvirt.org/schemas/domain/qemu/1.0";

    [Fact]
    public void A_guest_of_libvirt_and_a_guest_of_QEMU_ping_each_other_through_l2tpv3_vhost()
    {
        int libvirtPort = FreePort.Udp();
        int port = FreePort.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = port, DestinationPort = libvirtPort, TransmitSessionId = 2, ReceiveSessionId = 1 };
        using Guest peer = new(new QemuOptions
        {
            Plugin = true,
            Arguments = ["-netdev", netdev.ToString(), "-device", $"virtio-net-pci,netdev=n0,mac={Mac}"],
        });
        peer.Configure(Mac, PeerAddress + "/24");
        using VhostProcess vhost = new(null, netdev.OtherEnd());
        using EmbeddedLibvirt libvirt = new();
        string xml = libvirt.PathOf("domain.xml");
        string console = libvirt.PathOf("console");
        Domain(vhost.SocketPath, console).Save(xml);

        Assert.Contains("created from", libvirt.Run($"create {xml}"), StringComparison.Ordinal);

        peer.WaitForAnswer(Address);
        Eventually.Get(() => File.ReadAllText(console), text => text.Contains("pings", StringComparison.Ordinal), () => "the guest's own pings");
        Assert.Contains($"guest: {PeerAddress} answered 5 of 5 pings", File.ReadAllText(console), StringComparison.Ordinal);
        Assert.Contains("vhost-user", libvirt.Run($"qemu-monitor-command {LibvirtDomain.Name} --hmp info network"), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", vhost.Log, StringComparison.Ordinal);
        Assert.Contains("destroyed", libvirt.Run($"destroy {LibvirtDomain.Name}"), StringComparison.Ordinal);
        vhost.WaitForLog("the front-end has gone");
    }

    private static XDocument Domain(string socket, string console)
    {
        XDocument domain = LibvirtDomain.Load("libvirt-vhost.xml", $"l2tp.ip={Address}/24 l2tp.peer={PeerAddress}");
        domain.Descendants("interface").Single().Element("source")!.SetAttributeValue("path", socket);
        domain.Root!.Element("devices")!.Add(
            new XElement("serial", new XAttribute("type", "file"), new XElement("source", new XAttribute("path", console))));
        if (VhostProcess.NicProperties.Length != 0)
        {
            domain.Root.Add(Override(domain));
        }

        return domain;
    }

    /// <summary>As the comment of the file has it, for QEMU 7.2 without KVM: the NIC without MSI-X.</summary>
    private static XElement Override(XDocument domain)
    {
        string comment = domain.Nodes().OfType<XComment>().Single().Value;
        const string end = "</qemu:override>";
        string text = comment[comment.IndexOf("<qemu:override>", StringComparison.Ordinal)..(comment.IndexOf(end, StringComparison.Ordinal) + end.Length)];
        return XElement.Parse($"<domain xmlns:qemu='{s_qemu}'>{text}</domain>").Elements().Single();
    }
}
