// SPDX-License-Identifier: GPL-2.0-or-later
using Packets.Tests.Offload;

namespace DataPlane.Tests.Capture;

/// <summary>A capture that ends by itself (a full file, a full disk) does so in the middle of a frame, which is sent from its copy.</summary>
public sealed class EndingCaptureTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Payload = 40_000;

    /// <summary>gso_size: a frame that is sent in one part, and one that takes several turns.</summary>
    [Theory]
    [InlineData(1448)]
    [InlineData(8)]
    public void The_large_frame_at_which_a_capture_ends_is_sent_whole(int size)
    {
        using TemporaryDirectory directory = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", $"pcap={directory.File("guest")},pcap-size=4k,pcap-files=1");
        tunnel.Session.SetVnet(HeaderLength, 0);
        tunnel.Session.Send([.. new byte[HeaderLength], .. TestFrames.Create(400)]);
        int headers = tunnel.Peer.Receive().Length - 400;
        TestPacket packet = new() { Payload = Noise.Bytes(Payload, 1), FieldSum = FieldSum.PseudoHeader };
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame());
        int expected = (Payload + size - 1) / size;
        List<byte> sent = [];
        for (bool isTaken = false; !isTaken || sent.Count < Payload;)
        {
            isTaken = isTaken || tunnel.Session.Transmit(frame) != 0;
            tunnel.Session.RunIfScheduled();
            ulong arrived = tunnel.Session.Counters.TransmittedFrames;
            for (int i = sent.Count / size; i + 1 < (int)arrived; i++)
            {
                sent.AddRange(tunnel.Peer.Receive()[(headers + packet.HeaderLength)..]);
            }
        }

        Assert.Contains("the capture into", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
        Assert.Equal(packet.Payload, sent);
        Assert.Equal(1 + expected, (int)tunnel.Session.Counters.TransmittedFrames);
    }
}
