// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Wire;

/// <summary>Every header that the options can ask for, as bytes on the wire.</summary>
public sealed class HeaderTests(WireTable wire) : IClassFixture<WireTable>
{
    private const int Frames = 3;

    public static TheoryData<Encapsulation, CookieSize, NetdevCounter, int> Headers => TunnelTable.Rows();

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_plugin_sends_the_bytes_that_the_stock_backend_sends(Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset)
    {
        L2tpv3Netdev tunnel = wire.Tunnel(encapsulation, cookie, counter, offset);
        for (uint number = 1; number <= Frames; number++)
        {
            byte[] frame = TestFrames.Create(60, (int)number);

            (byte[] plugin, byte[] stock) = wire.Transmit(tunnel.Id, frame);

            // The stock backend sends whatever its memory held as offset bytes.
            stock.AsSpan(tunnel.HeaderSize - offset, offset).Clear();
            Assert.Equal(stock, plugin);
            Assert.Equal(tunnel.Datagram(frame, counter == NetdevCounter.On ? number : 0), plugin);
        }
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_plugin_delivers_the_frame_behind_the_header_whatever_counter_and_offset_bytes_hold(
        Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset)
    {
        L2tpv3Netdev tunnel = wire.Tunnel(encapsulation, cookie, counter, offset);
        byte[] frame = TestFrames.Create(60);
        byte[] datagram = tunnel.OtherEnd().Datagram(frame, counter: 0xffff_ffff);
        datagram.AsSpan(tunnel.HeaderSize - offset, offset).Fill(0xff);

        Assert.Equal(frame, wire.Receive(tunnel, datagram));
    }
}
