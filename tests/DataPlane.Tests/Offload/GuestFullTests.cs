// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>The guest takes no more, or changes its mind, while connections wait to be delivered.</summary>
public sealed class GuestFullTests : IDisposable
{
    private const int HeaderLength = 12;

    private readonly UnixTunnel _tunnel = new();

    public GuestFullTests()
    {
        _tunnel.Session.SetVnet(HeaderLength, VnetFrame.AllOffloads);
    }

    /// <summary>Five connections of three segments each, then two segments out of order: two deliveries in the middle, five at the end.</summary>
    private static TestPacket[] Batch
    {
        get
        {
            TestPacket[][] streams = [.. Enumerable.Range(0, 5).Select(Stream)];
            return [.. Enumerable.Range(0, 3).SelectMany(i => streams.Select(stream => stream[i])), streams[1][0], streams[2][1]];
        }
    }

    private static byte[][] Expected => [.. ReferenceCoalescer.Join(Batch).Select(frame => VnetFrame.ToGuest(frame, HeaderLength))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void The_rest_follows_in_order_without_another_datagram(int fullAt)
    {
        _tunnel.Host.FullAt.Add(fullAt);
        Assert.Equal(7, Expected.Length);

        _tunnel.Receive(Batch);
        Assert.Equal(Expected[..fullAt], _tunnel.Host.Frames);
        Assert.False(_tunnel.Host.WatchesRead);
        _tunnel.Session.Delivered(1);
        _tunnel.Session.RunIfScheduled();

        AssertAllDelivered();
    }

    [Fact]
    public void A_guest_that_takes_one_frame_at_a_time_gets_each_frame_once()
    {
        _tunnel.Host.FullAt.UnionWith(Enumerable.Range(1, 7));
        _tunnel.Receive(Batch);
        for (int i = 1; i <= 7; i++)
        {
            Assert.Equal(i, _tunnel.Host.FrameCount);
            _tunnel.Session.Readable();
            _tunnel.Session.Delivered(1);
            _tunnel.Session.RunIfScheduled();
        }

        AssertAllDelivered();
    }

    [Fact]
    public void A_joined_frame_that_the_host_throws_away_counts_as_all_its_segments()
    {
        _tunnel.Host.FullAt.Add(1);
        _tunnel.Receive(Stream(0));
        _tunnel.Session.Delivered(0);

        Assert.Equal(3u, _tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.Equal(0u, _tunnel.Session.Counters.ReceivedFrames);
    }

    /// <summary>virtio-net at reset: the length of a legacy driver, and no offload.</summary>
    [Theory]
    [InlineData(10, 0)]
    [InlineData(0, 0)]
    [InlineData(10, VnetFrame.AllOffloads)]
    [InlineData(12, PlaneConstants.L2TP_OFFLOAD_CSUM)]
    public void What_was_joined_for_offloads_that_are_withdrawn_is_dropped_and_counted(int headerLength, uint offloads)
    {
        _tunnel.Host.FullAt.Add(1);

        _tunnel.Receive(Batch);
        _tunnel.Session.SetVnet(headerLength, offloads);
        _tunnel.Session.Delivered(0);
        _tunnel.Session.RunIfScheduled();

        // Those of the queued frame, which the host threw away, and those of the four other connections.
        Assert.Equal(15u, _tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.Equal(15u, _tunnel.Session.Counters.TotalDrops(out _));
        Assert.Equal(2u, _tunnel.Session.Counters.ReceivedFrames);

        // The two that had not been copied yet are delivered as the guest wants them now.
        bool hasChecksums = headerLength != 0 && offloads != 0;
        VnetHeader header = hasChecksums ? new VnetHeader { Flags = VnetHeader.DataValid } : default;
        byte[][] rest = [.. Batch[15..].Select(packet => VnetFrame.ToGuest(header, headerLength, packet.ToFrame()))];
        Assert.Equal(rest, _tunnel.Host.Frames.Skip(1));
        Assert.True(_tunnel.Host.WatchesRead);
    }

    /// <summary>A link that is down gets nothing, also not what was joined before.</summary>
    [Fact]
    public void A_link_that_goes_down_meanwhile_drops_the_rest()
    {
        _tunnel.Host.FullAt.Add(1);
        _tunnel.Receive(Batch);

        _tunnel.Session.SetLink(false);
        _tunnel.Session.Delivered(1);
        _tunnel.Session.RunIfScheduled();

        Assert.Single(_tunnel.Host.Frames);
        Assert.Equal(3u, _tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(14u, _tunnel.Session.Counters.Drops(DropReason.LinkDown));
    }

    [Fact]
    public void After_a_reset_and_a_new_driver_segments_are_joined_again()
    {
        _tunnel.Session.SetVnet(10, 0);
        Assert.Equal(3, _tunnel.Receive(Stream(0)).Count);
        _tunnel.Session.SetVnet(HeaderLength, VnetFrame.AllOffloads);
        Assert.Single(_tunnel.Receive(Stream(0)));
    }

    public void Dispose() => _tunnel.Dispose();

    private static TestPacket[] Stream(int number) =>
    [
        .. new TestPacket
        {
            IpVersion = number % 2 == 0 ? 4 : 6,
            SourcePort = (ushort)(1000 + number),
            Payload = Noise.Bytes(300, number),
        }.Segments(100),
    ];

    private void AssertAllDelivered()
    {
        Assert.Equal(Expected, _tunnel.Host.Frames);
        Assert.Equal(17u, _tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal((ulong)Batch.Sum(packet => packet.ToFrame().Length), _tunnel.Session.Counters.ReceivedBytes);
        Assert.Equal(0u, _tunnel.Session.Counters.TotalDrops(out _));
        Assert.True(_tunnel.Host.WatchesRead);
    }
}
