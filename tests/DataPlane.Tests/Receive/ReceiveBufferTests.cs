// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Receive;

/// <summary>The receive buffer is large, but not while the session is overrun.</summary>
public sealed class ReceiveBufferTests
{
    private const int Large = 4_000_000;
    private const int FullBatches = 32;

    [Fact]
    public void Many_full_batches_in_a_row_make_it_small_and_one_that_is_not_full_makes_it_large_again()
    {
        using Socket socket = Open();
        ReceiveBuffer buffer = new((int)socket.Handle, Plan(isFixed: false));

        Read(buffer, FullBatches - 1);
        Assert.Equal(2 * Large, socket.ReceiveBufferSize);
        Read(buffer, 1);
        Assert.True(buffer.IsOverrun);
        Assert.Equal(2 * 256 * 1024, socket.ReceiveBufferSize);

        buffer.BatchRead(isFull: false);
        Assert.False(buffer.IsOverrun);
        Assert.Equal(2 * Large, socket.ReceiveBufferSize);
    }

    [Fact]
    public void A_batch_that_is_not_full_begins_the_count_anew()
    {
        using Socket socket = Open();
        ReceiveBuffer buffer = new((int)socket.Handle, Plan(isFixed: false));

        Read(buffer, FullBatches - 1);
        buffer.BatchRead(isFull: false);
        Read(buffer, FullBatches - 1);

        Assert.False(buffer.IsOverrun);
        Assert.Equal(2 * Large, socket.ReceiveBufferSize);
    }

    [Fact]
    public void A_size_that_the_user_chose_stays()
    {
        using Socket socket = Open();
        ReceiveBuffer buffer = new((int)socket.Handle, Plan(isFixed: true));

        Read(buffer, 10 * FullBatches);

        Assert.False(buffer.IsOverrun);
        Assert.Equal(2 * Large, socket.ReceiveBufferSize);
    }

    private static void Read(ReceiveBuffer buffer, int fullBatches)
    {
        for (int i = 0; i < fullBatches; i++)
        {
            buffer.BatchRead(isFull: true);
        }
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.True(SocketBuffers.TryForceReceive((int)socket.Handle, Large));
        return socket;
    }

    private static SocketPlan Plan(bool isFixed)
    {
        SocketAddress anywhere = AddressResolver.Resolve("src", "127.0.0.1", service: null, ipv6: false);
        return new SocketPlan
        {
            Carrier = Carrier.Udp,
            Source = anywhere,
            Destination = anywhere,
            SourceCheck = true,
            ReceiveBuffer = Large,
            IsReceiveBufferFixed = isFixed,
        };
    }
}
