// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace Fuzz.Tests.Targets;

/// <summary>Ethernet frames, from connections that send in order to noise.</summary>
internal sealed class FrameChoices(Choices choices)
{
    private readonly Queue<TestPacket> _traffic = new();

    /// <summary>Any frame: what a peer sends.</summary>
    public byte[] Any()
    {
        byte[] frame;
        switch (choices.Below(8))
        {
            case < 4:
                return Segment();
            case 4:
                frame = Segment();
                choices.Damage(frame);
                return choices.OneIn(3) ? frame[..choices.Below(frame.Length)] : frame;
            case 5:
                return choices.Literal(choices.Below(80));
            case 6:
                return Large().ToFrame();
            default:
                return choices.Noise(choices.Length());
        }
    }

    /// <summary>The next of some connections, which mostly go on where they were.</summary>
    public byte[] Segment()
    {
        if (_traffic.Count == 0)
        {
            foreach (TestPacket packet in TestTraffic.Batch(choices.UInt16()))
            {
                _traffic.Enqueue(packet);
            }
        }

        return _traffic.Dequeue().ToFrame();
    }

    /// <summary>A packet that may be cut: what a guest with offloads sends.</summary>
    public TestPacket Large()
    {
        int version = choices.Of(4, 6);
        byte protocol = choices.Of(IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Udp);
        return new TestPacket
        {
            IpVersion = version,
            Protocol = protocol,
            Tags = choices.Of<byte[]>([], [], [0x81, 0, 0, 5], [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5]),
            IpOptions = TestPacket.PlainIpOptions(version, protocol, choices.Of(0, 0, 0, 8, 24)),
            TcpOptions = choices.Noise(choices.Of(0, 12, 40)),
            Control = (TcpControl)choices.Of<byte>(0x10, 0x18, 0x11, 0x90, 0xD0, choices.Byte()),
            Sequence = choices.UInt32(),
            Identification = choices.UInt16(),
            DontFragment = choices.OneIn(2),
            Tos = choices.Byte(),
            Payload = choices.Noise(Math.Min(choices.Length(), 65_000)),
            FieldSum = protocol == IpProtocol.Tcp && choices.OneIn(3) ? FieldSum.Whole : FieldSum.PseudoHeader,
            StatedLength = choices.OneIn(8) ? choices.UInt16() : null,
        };
    }
}
