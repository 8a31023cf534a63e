// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using DataPlane.Tests.Kit;
using L2tpv3.Packets.Tunnel;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>Large frames while the kernel has no room (EAGAIN): accepted whole or refused whole.</summary>
public sealed class LargeFrameBackpressureTests : IDisposable
{
    private const int SendBuffer = 16_384;
    private const int Size = 1000;
    private const int HeaderLength = 12;
    private readonly FakeHost _host = new();
    private readonly PlaneSession _session;
    private readonly Socket _peer;
    private readonly byte[] _buffer = new byte[2000];

    public LargeFrameBackpressureTests()
    {
        (int descriptor, _peer) = Libc.UnixPair(SendBuffer);
        _session = PlaneSession.Around(descriptor, _host);
        _session.SetVnet(HeaderLength, 0);
    }

    [Fact]
    public void A_large_frame_that_meets_a_full_kernel_is_refused_whole()
    {
        int accepted = 0;
        while (Offer(accepted))
        {
            accepted++;
            _session.RunIfScheduled();
            Assert.True(accepted < 100, "the socket is never full");
        }

        Assert.False(Offer(accepted));
        Assert.False(_session.CanTransmit);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));

        byte[][] expected = Datagrams(accepted);
        List<byte[]> arrived = [];
        for (int turn = 0; arrived.Count < expected.Length; turn++)
        {
            Assert.True(turn < expected.Length, $"{arrived.Count} of {expected.Length} datagrams arrived");
            arrived.AddRange(Drain(int.MaxValue));
            _session.Writable();
        }

        Assert.Equal(expected, arrived);
        Assert.Empty(Drain(int.MaxValue));
    }

    /// <summary>A guest that offers its frames again when it is told to, and a peer that reads late and little.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void No_segment_is_lost_or_doubled_while_the_kernel_is_full_again_and_again(int burst)
    {
        const int total = 150;
        byte[][] expected = Datagrams(total);
        List<byte[]> arrived = [];
        int offered = 0;
        _host.OnResume = OfferBurst;
        for (int turn = 0; arrived.Count < expected.Length; turn++)
        {
            Assert.True(turn < 100 * total, $"{arrived.Count} of {expected.Length} datagrams arrived");
            OfferBurst();
            _session.RunIfScheduled();
            if (!_session.CanTransmit || offered == total)
            {
                arrived.AddRange(Drain(atMost: 3));
            }

            if (_host.WatchesWrite && Libc.IsWritable(_host.WatchedDescriptor, TimeSpan.Zero))
            {
                _session.Writable();
            }
        }

        Assert.Equal(expected, arrived);
        Assert.Equal((ulong)expected.Length, _session.Counters.TransmittedFrames);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
        Assert.True(_host.ResumeCalls > 0);

        void OfferBurst()
        {
            for (int i = 0; i < burst && offered < total && Offer(offered); i++)
            {
                offered++;
            }
        }
    }

    /// <summary>
    /// A frame of more segments than a batch holds is sent part by part, and what has been sent cannot be taken back: when the
    /// kernel is full in the middle, the later parts are lost as on a wire, and counted.
    /// </summary>
    [Fact]
    public void Of_a_frame_of_thousands_of_segments_what_a_full_kernel_does_not_take_is_counted()
    {
        const int tiny = 8;
        TestPacket packet = Packet(0) with { Payload = Noise.Bytes(20_000, 7) };
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(tiny), HeaderLength, packet.ToFrame());

        Assert.Equal(frame.Length, _session.Transmit(frame));
        List<byte[]> arrived = [];
        for (int turn = 0; !_host.WatchesWrite || turn < 1000; turn++)
        {
            Assert.True(turn < 10_000, "never done");
            arrived.AddRange(Drain(int.MaxValue));
            _session.RunIfScheduled();
            _session.Writable();
            if (!_host.WatchesWrite && !_host.IsScheduled)
            {
                break;
            }
        }

        arrived.AddRange(Drain(int.MaxValue));
        byte[][] expected = [.. packet.Segments(tiny).Take(arrived.Count).Select(segment => Datagram(segment.ToFrame()))];
        Assert.Equal(expected, arrived);
        Assert.InRange(arrived.Count, 1024, 2499);
        Assert.Equal(2500u - (ulong)arrived.Count, _session.Counters.Drops(DropReason.SendFailed));
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    /// <summary>One to eight segments.</summary>
    private static TestPacket Packet(int number) => new()
    {
        Payload = Noise.Bytes(1 + (number * 997 % (8 * Size)), number),
        Sequence = (uint)number,
        IpVersion = number % 2 == 0 ? 4 : 6,
        FieldSum = FieldSum.PseudoHeader,
    };

    private static byte[] Datagram(byte[] frame) => [0, 0, 0, 1, .. frame];

    private static byte[][] Datagrams(int packets) =>
        [.. Enumerable.Range(0, packets).SelectMany(i => Packet(i).Segments(Size)).Select(segment => Datagram(segment.ToFrame()))];

    private bool Offer(int number)
    {
        TestPacket packet = Packet(number);
        return _session.Transmit(VnetFrame.FromGuest(packet.Vnet(Size), HeaderLength, packet.ToFrame())) != 0;
    }

    private List<byte[]> Drain(int atMost)
    {
        List<byte[]> datagrams = [];
        while (datagrams.Count < atMost && _peer.Poll(0, SelectMode.SelectRead))
        {
            datagrams.Add(_buffer.AsSpan(0, _peer.Receive(_buffer)).ToArray());
        }

        return datagrams;
    }
}
