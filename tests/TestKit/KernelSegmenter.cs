// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// The kernel's own segmentation as an oracle. A packet socket with PACKET_VNET_HDR (packet(7)) hands a frame and its
/// virtio_net_hdr to a device that offloads nothing, so the kernel segments and checksums it in software:
///
///     vnet header + frame  --[packet socket]-->  skb_gso_segment, skb_checksum_help  -->  left ===veth=== right
///                                                                                     |
///                                              segments  &lt;--[another packet socket]---'
/// </summary>
public sealed class KernelSegmenter : IDisposable
{
    private const int MaximumFrame = 70_000;
    private readonly NetworkNamespace _network = new();
    private readonly byte[] _buffer = new byte[MaximumFrame];
    private readonly Socket _sender;
    private readonly Socket _capture;

    /// <summary>Makes the device, in a namespace without IPv6, so that nobody else sends there.</summary>
    public KernelSegmenter()
    {
        Requires.Program("ethtool");
        _network.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        _network.Ip("link", "add", "left", "mtu", "9000", "type", "veth", "peer", "name", "right", "mtu", "9000");
        ProcessRunner.Check("nsenter", $"--net={_network.Path}", "ethtool", "-K", "left", "tx", "off", "tso", "off", "gso", "off");
        _network.Ip("link", "set", "right", "up");
        _network.Ip("link", "set", "left", "up");
        _sender = PacketSocket.Open(_network, "left");
        _capture = PacketSocket.Open(_network, "left");
        PacketSocket.UseVnetHeader(_sender);
    }

    /// <summary>What the kernel makes of a frame.</summary>
    /// <param name="frame">A virtio_net_hdr of 10 bytes and the frame.</param>
    /// <returns>The frames that leave the device.</returns>
    public IReadOnlyList<byte[]> Cut(ReadOnlySpan<byte> frame)
    {
        // The device has no queue and the socket a large buffer: when send returns, all has passed.
        _sender.Send(frame);
        List<byte[]> frames = [];
        while (_capture.Poll(0, SelectMode.SelectRead))
        {
            frames.Add(_buffer[.._capture.Receive(_buffer)]);
        }

        return frames;
    }

    public void Dispose()
    {
        _sender.Dispose();
        _capture.Dispose();
        _network.Dispose();
    }
}
