// SPDX-License-Identifier: GPL-2.0-or-later
using System.Xml.Linq;

namespace Packaging.Tests.Integrations;

/// <summary>A domain of scripts/integrations, with the tests' guest in the place of a disk and of KVM.</summary>
internal static class LibvirtDomain
{
    /// <summary>Its name, in all of them.</summary>
    public const string Name = "tunnelled";

    /// <summary>Reads it.</summary>
    /// <param name="file">Of scripts/integrations.</param>
    /// <param name="words">Of the guest's command line: scripts/guest-init.</param>
    public static XDocument Load(string file, string words)
    {
        XDocument domain = XDocument.Load(Repository.File("scripts", "integrations", file));
        domain.Root!.SetAttributeValue("type", "qemu");
        domain.Root.Element("memory")!.Value = "128";
        domain.Descendants("disk").Remove();
        domain.Descendants("console").Remove();
        domain.Root.Element("os")!.Add(
            new XElement("kernel", Repository.File("artifacts", "guest", "vmlinux")),
            new XElement("initrd", Repository.File("artifacts", "guest", "initramfs.cpio.gz")),
            new XElement("cmdline", $"console=ttyS0 quiet no_timer_check {words}"));
        return domain;
    }
}
