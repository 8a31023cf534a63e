// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace DataPlane.Tests.Transmit;

/// <summary>
/// The kernel says EAGAIN. A UDP socket on loopback never does; a pair of unix datagram sockets does after some twenty
/// datagrams in a send buffer this small, and loses none.
/// </summary>
public sealed class BackpressureTests : IDisposable
{
    private const int SendBuffer = 8192;
    private readonly FakeHost _host = new();
    private readonly PlaneSession _session;
    private readonly Socket _peer;
    private readonly byte[] _buffer = new byte[2000];

    public BackpressureTests()
    {
        (int descriptor, _peer) = SystemCalls.UnixPair(SendBuffer);
        _session = PlaneSession.Around(descriptor, _host);
    }

    [Fact]
    public void A_full_socket_refuses_frames_and_watches_for_room()
    {
        int accepted = FillUp();

        Assert.InRange(accepted, 2, 200);
        Assert.Equal(0, _session.Transmit(Frame(accepted)));
        Assert.False(_session.CanTransmit);
        Assert.True(_host.WatchesWrite);
        Assert.True(_host.WatchesRead);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
        Assert.Equal(0u, _session.Counters.SendErrors);
        Assert.Empty(_host.Reports);
    }

    [Fact]
    public void The_guest_is_resumed_once_when_there_is_room_again()
    {
        FillUp();
        Drain();
        Assert.True(SystemCalls.IsWritable(_host.WatchedDescriptor, Timeouts.Arrival));

        _session.Writable();

        Assert.Equal(1, _host.ResumeCalls);
        Assert.True(_session.CanTransmit);
        Assert.False(_host.WatchesWrite);
        _session.Writable();
        _session.RunIfScheduled();
        Assert.Equal(1, _host.ResumeCalls);
    }

    [Fact]
    public void Room_that_is_not_enough_for_the_batch_does_not_resume_the_guest()
    {
        // A whole batch waits, and the peer takes one datagram.
        FillUp(burst: 256);
        _peer.Receive(_buffer);

        _session.Writable();

        Assert.Equal(0, _host.ResumeCalls);
        Assert.True(_host.WatchesWrite);
        Assert.Equal(0, _session.Transmit(Frame(0)));
    }

    /// <summary>The whole rule: what was accepted arrives once and in order, what was refused is offered again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    public void Nothing_that_was_accepted_is_lost(int burst)
    {
        const int total = 1500;
        int offered = 0;
        List<byte[]> arrived = [];
        _host.OnResume = OfferBurst;
        for (int turn = 0; arrived.Count < total; turn++)
        {
            Assert.True(turn < 100 * total, $"{arrived.Count} of {total} datagrams arrived");
            OfferBurst();
            _session.RunIfScheduled();

            // A peer that reads late and little: the socket is full most of the time.
            if (!_session.CanTransmit || offered == total)
            {
                arrived.AddRange(Drain(atMost: 13));
            }

            if (_host.WatchesWrite && SystemCalls.IsWritable(_host.WatchedDescriptor, TimeSpan.Zero))
            {
                _session.Writable();
            }
        }

        Assert.Equal(total, offered);
        for (int i = 0; i < total; i++)
        {
            Assert.Equal([0, 0, 0, 1, .. Frame(i)], arrived[i]);
        }

        Assert.Equal((ulong)total, _session.Counters.TransmittedFrames);
        Assert.True(_host.ResumeCalls > 0);

        void OfferBurst()
        {
            for (int i = 0; i < burst && offered < total && _session.Transmit(Frame(offered)) != 0; i++)
            {
                offered++;
            }
        }
    }

    [Fact]
    public void A_full_batch_on_a_full_socket_refuses_the_next_frame()
    {
        int accepted = FillUp(burst: 300);
        Assert.True(accepted >= 256, $"{accepted} frames fit");
        List<byte[]> arrived = [];
        for (int turn = 0; arrived.Count < accepted; turn++)
        {
            Assert.True(turn < accepted, $"{arrived.Count} of {accepted} datagrams arrived");
            arrived.AddRange(Drain());
            _session.Writable();
        }

        Assert.Equal([0, 0, 0, 1, .. Frame(accepted - 1)], arrived[^1]);
        Assert.Equal(1, _host.ResumeCalls);
    }

    /// <summary>Close must not wait for the peer: the netdev goes while QEMU holds its lock.</summary>
    [Fact]
    public void Close_of_a_full_session_does_not_hang()
    {
        FillUp();
        _session.Close();
        Assert.Equal(0u, _host.Interest);
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    private static byte[] Frame(int number) => TestFrames.Create(60 + (number % 100), number);

    /// <summary>Sends until a frame is refused.</summary>
    private int FillUp(int burst = 1)
    {
        int accepted = 0;
        while (true)
        {
            for (int i = 0; i < burst; i++)
            {
                if (_session.Transmit(Frame(accepted)) == 0)
                {
                    return accepted;
                }

                accepted++;
                Assert.True(accepted < 10_000, "the socket is never full");
            }

            _session.RunIfScheduled();
        }
    }

    private List<byte[]> Drain(int atMost = int.MaxValue)
    {
        List<byte[]> datagrams = [];
        while (datagrams.Count < atMost && _peer.Poll(0, SelectMode.SelectRead))
        {
            datagrams.Add(_buffer.AsSpan(0, _peer.Receive(_buffer)).ToArray());
        }

        return datagrams;
    }
}
