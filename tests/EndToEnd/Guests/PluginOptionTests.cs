// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace EndToEnd.Guests;

/// <summary>
/// -plugin comes after the netdevs and before the NICs: a NIC of `-nic` and one whose netdev has a filter find the plugin there when
/// they ask for the vnet header.
/// </summary>
public sealed class PluginOptionTests
{
    private const int VnetHeader = 12;
    private const int EtherTypeOffset = 12;
    private const ushort EtherTypeIpv4 = 0x0800;
    private const ushort EtherTypeArp = 0x0806;
    private const ushort EtherTypeIpv6 = 0x86DD;

    [Fact]
    public void Guests_leave_large_frames_to_a_netdev_that_was_taken_over()
    {
        GuestLink link = new(0, "virtio-net-pci", Encapsulation.Udp4);
        using NetworkNamespace network = new();
        using TemporaryDirectory directory = new();
        string pcap = directory.File("pcap");
        using Guest nic = Start(network, ["-nic", $"{link.Netdev(1)},model={link.Model},mac={link.Mac(1)}"]);
        using Guest filtered = Start(network, [.. link.Arguments(2), "-object", $"filter-dump,id=f0,netdev={link.NetdevId},file={pcap},maxlen=128"]);
        link.Configure(nic, 1);
        link.Configure(filtered, 2);
        // Those of the other guest that came before this one's driver have a vnet header of another length.
        int early = PcapFile.Read(pcap).Count;

        GuestPair.AssertPings(nic, link.Address(2));
        GuestPair.AssertPings(filtered, link.Address(1));
        filtered.ServeIperf();
        nic.Run($"iperf3 --client {link.Address(2)} --bidir --time 1");
        AssertLargeFrames(nic, link, 1);
        AssertLargeFrames(filtered, link, 2);
        List<byte[]> frames = [.. PcapFile.Read(pcap).Skip(early)];
        Assert.NotEmpty(frames);
        // QEMU 7.2 writes the vnet header, too.
        int header = QemuRoot.Release < new Version(8, 0) ? VnetHeader : 0;
        ushort[] etherTypes = [.. frames.Select(frame => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(header + EtherTypeOffset))).Distinct()];
        Assert.Subset(new HashSet<ushort> { EtherTypeIpv4, EtherTypeArp, EtherTypeIpv6 }, etherTypes.ToHashSet());
        Assert.Contains(EtherTypeIpv4, etherTypes);
    }

    private static Guest Start(NetworkNamespace network, string[] arguments) =>
        new(new QemuOptions { Namespace = network, Arguments = [.. arguments, .. PluginOption.Arguments()] });

    /// <summary>One frame of the guest is several on the wire, both ways.</summary>
    private static void AssertLargeFrames(Guest guest, GuestLink link, int end)
    {
        NetdevInfo info = guest.Qemu.SettledNetdev(link.NetdevId);
        string[] packets = guest
            .Run($"cd $(dirname $(grep -l {link.Mac(end)} /sys/class/net/*/address))/statistics; cat tx_packets rx_packets")
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange((double)info.FramesTransmitted / long.Parse(packets[0], CultureInfo.InvariantCulture), 1.5, 64);
        Assert.InRange((double)info.FramesReceived / long.Parse(packets[1], CultureInfo.InvariantCulture), 1.5, 64);
    }
}
