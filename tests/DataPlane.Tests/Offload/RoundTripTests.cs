// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>Two sessions back to back: what one has cut, the other joins again.</summary>
public sealed class RoundTripTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Size = 1400;

    /// <summary>So many segments are one run of UDP_SEGMENT, header and all.</summary>
    private const int Segments = 42;

    private static readonly TestPacket s_large = new()
    {
        Payload = Noise.Bytes((Segments * Size) - 1, 1),
        Control = TcpControl.Ack | TcpControl.Psh,
        TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
        FieldSum = FieldSum.PseudoHeader,
    };

    public static TheoryData<int, string> Ways => new()
    {
        { 4, "gso=on,gro=on" },
        { 6, "gso=on,gro=on" },
        { 4, "gso=on,gro=off" },
        { 4, "gso=off,gro=on" },
        { 6, "gso=off,gro=off" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_large_frame_arrives_as_the_guest_has_sent_it(int version, string settings)
    {
        TestPacket packet = s_large with { IpVersion = version };
        using Pair pair = Pair.Open(lab, settings: settings);
        pair.Sender.SetVnet(HeaderLength, 0);
        pair.Receiver.SetVnet(HeaderLength, VnetFrame.AllOffloads);
        for (int round = 1; round <= 3; round++)
        {
            Transfer(pair, packet, round * Segments);
            Assert.Equal(VnetFrame.ToGuest(packet.Vnet(Size), HeaderLength, packet.ToFrame()), pair.ReceiverHost.Frames[^1]);
            Assert.Equal(round, pair.ReceiverHost.FrameCount);
        }

        Assert.Equal(pair.Sender.Counters.TransmittedBytes, pair.Receiver.Counters.ReceivedBytes);
        Assert.Equal(3u, pair.Receiver.Counters.CoalescedFrames);
    }

    [Fact]
    public void A_large_frame_arrives_in_segments_at_a_guest_that_accepts_no_large_ones()
    {
        using Pair pair = Pair.Open(lab);
        pair.Sender.SetVnet(HeaderLength, 0);
        Transfer(pair, s_large, Segments);
        Assert.Equal(s_large.Segments(Size).Select(segment => segment.ToFrame()), pair.ReceiverHost.Frames);
    }

    /// <summary>A NIC that finds no vnet header sets no length; one that sets it all the same is not believed.</summary>
    [Fact]
    public void With_offload_off_the_NIC_finds_no_vnet_header()
    {
        using Pair pair = Pair.Open(lab, settings: "offload=off");
        Assert.Equal((false, false, false), pair.Receiver.AskForVnetHeader(10));
        Assert.Equal((false, false, false), pair.Receiver.AskForVnetHeader(12));
        pair.Sender.SetVnet(HeaderLength, 0);
        pair.Receiver.SetVnet(HeaderLength, VnetFrame.AllOffloads);
        pair.Send([60, 1514, 60]);
        pair.AssertReceived([60, 1514, 60]);
    }

    [Fact]
    public void Offload_off_for_one_netdev_leaves_the_others_alone()
    {
        using Pair pair = Pair.Open(lab, settings: "other.offload=off");
        Assert.Equal((true, true, true), pair.Receiver.AskForVnetHeader(10));
        Assert.Equal((true, true, true), pair.Receiver.AskForVnetHeader(12));
        Assert.Equal((true, false, true), pair.Receiver.AskForVnetHeader(11));
    }

    /// <summary>Sends one large frame and reads until so many of its segments have come, ever.</summary>
    private static void Transfer(Pair pair, TestPacket packet, int segments)
    {
        pair.Sender.Send(VnetFrame.FromGuest(packet.Vnet(Size), HeaderLength, packet.ToFrame()));
        Assert.Equal((ulong)segments, pair.Sender.Counters.TransmittedFrames);

        // Loopback may hand over the last datagrams a moment after the first, and then they are a batch of their own.
        Thread.Sleep(20);
        while (pair.Receiver.Counters.ReceivedFrames < (ulong)segments)
        {
            Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival), $"{pair.Receiver.Counters.ReceivedFrames} of {segments} segments arrived");
        }
    }
}
