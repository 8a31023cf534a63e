// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace EndToEnd.Flow;

/// <summary>
/// Datagrams that are not a frame of this session: each is counted under its reason, none reaches the guest, and the next
/// good one does.
/// </summary>
public sealed class RefusedDatagramTests : IDisposable
{
    private readonly QemuTunnel _tunnel = new(new L2tpv3Netdev
    {
        Cookie = CookieSize.Bits64,
        TransmitCookie = 0x0102_0304_0506_0708,
        ReceiveCookie = 0x1112_1314_1516_1718,
        Counter = NetdevCounter.On,
        Offset = 3,
    });

    private L2tpv3Netdev Peer => _tunnel.Netdev.OtherEnd();

    [Fact]
    public void A_datagram_with_a_foreign_session_is_dropped_and_counted() =>
        AssertRefused("wrong session", (Peer with { TransmitSessionId = Peer.TransmitSessionId + 1 }).Datagram(TestFrames.Create(60)));

    [Fact]
    public void A_datagram_of_session_0_is_dropped_and_counted() =>
        AssertRefused("wrong session", (Peer with { TransmitSessionId = 0 }).Datagram(TestFrames.Create(60)));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(63)]
    public void A_datagram_whose_cookie_differs_in_one_bit_is_dropped_and_counted(int bit) =>
        AssertRefused("wrong cookie", (Peer with { TransmitCookie = Peer.TransmitCookie ^ (1UL << bit) }).Datagram(TestFrames.Create(60)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_datagram_of_another_version_is_dropped_and_counted(ushort version) => AssertRefused("wrong version", WithFirstWord(version));

    [Theory]
    [InlineData(0x8003)]
    [InlineData(0xc803)]
    public void A_control_message_is_dropped_and_counted(ushort firstWord) => AssertRefused("control message", WithFirstWord(firstWord));

    [Fact]
    public void A_datagram_that_ends_anywhere_inside_the_header_is_dropped_and_counted()
    {
        byte[] datagram = Peer.Datagram(TestFrames.Create(60));
        byte[][] cut = new byte[_tunnel.Netdev.HeaderSize][];
        for (int size = 0; size < cut.Length; size++)
        {
            cut[size] = datagram[..size];
        }

        AssertRefused("short header", cut);
    }

    [Fact]
    public void A_frame_shorter_than_an_Ethernet_header_is_dropped_and_counted()
    {
        byte[][] runts = new byte[TestFrames.EthernetHeader][];
        for (int size = 0; size < runts.Length; size++)
        {
            runts[size] = Peer.Datagram(TestFrames.Create(TestFrames.EthernetHeader).AsSpan(0, size));
        }

        AssertRefused("runt frame", runts);
    }

    [Fact]
    public void The_reserved_bits_of_the_first_word_are_ignored()
    {
        // RFC 3931 section 4.1.2.1: x bits are "ignored on incoming messages".
        byte[] frame = TestFrames.Create(60);
        byte[] datagram = Peer.Datagram(frame);
        BinaryPrimitives.WriteUInt16BigEndian(datagram, 0x7ff3);
        datagram.AsSpan(2, 2).Fill(0xff);

        _tunnel.SendRaw(datagram);

        Assert.Equal(frame, _tunnel.Guest.Receive());
    }

    [Fact]
    public void The_line_names_the_most_frequent_reason_and_the_sum_of_all()
    {
        byte[] frame = TestFrames.Create(60);
        for (int i = 0; i < 3; i++)
        {
            _tunnel.SendRaw((Peer with { TransmitCookie = 0 }).Datagram(frame));
        }

        _tunnel.SendRaw((Peer with { TransmitSessionId = 0 }).Datagram(frame));
        _tunnel.SendRaw([1]);

        NetdevInfo info = _tunnel.WaitForInfo(info => info.Drops == 5);
        Assert.Equal(("wrong cookie", 3L), (info.MostFrequentDrop, info.MostFrequentDropCount));
    }

    public void Dispose() => _tunnel.Dispose();

    private byte[] WithFirstWord(ushort word)
    {
        byte[] datagram = Peer.Datagram(TestFrames.Create(60));
        BinaryPrimitives.WriteUInt16BigEndian(datagram, word);
        return datagram;
    }

    private void AssertRefused(string reason, params byte[][] datagrams)
    {
        foreach (byte[] datagram in datagrams)
        {
            _tunnel.SendRaw(datagram);
        }

        // It comes behind them on the same way: when it is there, they have been looked at.
        _tunnel.AssertDelivers(TestFrames.Create(60, seed: 9));
        NetdevInfo info = _tunnel.WaitForInfo(info => info.FramesReceived == 1);
        Assert.Equal(datagrams.Length, info.Drops);
        Assert.Equal((reason, (long)datagrams.Length), (info.MostFrequentDrop, info.MostFrequentDropCount));
        Assert.Null(_tunnel.Guest.TryReceive(TimeSpan.Zero));
    }
}
