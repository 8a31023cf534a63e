// SPDX-License-Identifier: GPL-2.0-or-later

namespace Vhost.Tests.Protocol;

/// <summary>What a front-end and the program agree on.</summary>
public sealed class NegotiationTests : IDisposable
{
    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    /// <summary>
    /// CSUM, GUEST_CSUM, MTU, GSO, GUEST_TSO4, GUEST_TSO6, GUEST_ECN, HOST_TSO4, HOST_TSO6, HOST_ECN, MRG_RXBUF, STATUS, CTRL_VQ, CTRL_RX, CTRL_VLAN,
    /// CTRL_RX_EXTRA, GUEST_ANNOUNCE, CTRL_MAC_ADDR, LOG_ALL, INDIRECT_DESC, EVENT_IDX, PROTOCOL_FEATURES, VERSION_1, GUEST_USO4, GUEST_USO6, HOST_USO.
    /// </summary>
    [Fact]
    public void The_features_are_those_of_the_session_and_the_rings()
    {
        FrontEnd.Send(1);
        int[] bits = [0, 1, 3, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 23, 26, 28, 29, 30, 32, 54, 55, 56];
        Assert.Equal(bits.Aggregate(0UL, (all, bit) => all | (1UL << bit)), FrontEnd.Read().Number);
    }

    [Fact]
    public void Without_offload_no_feature_leaves_anything_to_the_program()
    {
        using VhostBench bench = new("offload=off");
        bench.FrontEnd.Send(1);
        int[] bits = [3, 15, 16, 17, 18, 19, 20, 21, 23, 26, 28, 29, 30, 32];
        Assert.Equal(bits.Aggregate(0UL, (all, bit) => all | (1UL << bit)), bench.FrontEnd.Read().Number);
    }

    /// <summary>MQ, LOG_SHMFD, RARP, REPLY_ACK, NET_MTU, INFLIGHT_SHMFD, CONFIGURE_MEM_SLOTS, STATUS; one pair of queues.</summary>
    [Theory]
    [InlineData(15, 0x1901fUL)]
    [InlineData(17, 1UL)]
    [InlineData(36, 264UL)]
    [InlineData(40, 0UL)]
    public void A_question_has_its_answer(uint request, ulong answer)
    {
        FrontEnd.Send(request);
        Answer reply = FrontEnd.Read();
        Assert.Equal(request, reply.Request);
        Assert.Equal(5u, reply.Flags);
        Assert.Equal(answer, reply.Number);
    }

    [Fact]
    public void A_question_has_one_answer_also_when_it_asks_for_one()
    {
        FrontEnd.Send(16, 0x1901fUL);
        Assert.NotEqual(0UL, FrontEnd.Ask(1));
        Assert.Null(FrontEnd.TryRead());
    }

    [Fact]
    public void The_status_is_the_one_that_was_set()
    {
        FrontEnd.Send(39, 0xFUL);
        FrontEnd.Send(40);
        Assert.Equal(0xFUL, FrontEnd.Read().Number);
    }

    [Theory]
    [InlineData(2, 1UL << 22)]
    [InlineData(2, 1UL << 34)]
    [InlineData(16, 1UL << 5)]
    [InlineData(20, 67UL)]
    [InlineData(20, 65_536UL)]
    public void What_was_not_offered_or_is_impossible_is_refused(uint request, ulong value)
    {
        FrontEnd.Send(16, 0x1901fUL);
        Assert.Equal(1UL, FrontEnd.Ask(request, value));
        Assert.Equal(0UL, FrontEnd.Ask(20, 1500UL));
    }

    [Fact]
    public void Without_reply_ack_a_request_that_is_refused_ends_the_connection()
    {
        FrontEnd.Send(2, 1UL << 22);
        FrontEnd.AssertEnds("features 0x400000 are not offered");
    }

    [Fact]
    public void A_request_is_acknowledged_if_that_is_negotiated_and_asked_for()
    {
        FrontEnd.Send(3, [], TestFrontEnd.NeedReply);
        Assert.Null(FrontEnd.TryRead());
        FrontEnd.Send(16, 0x1901fUL);
        Assert.Null(FrontEnd.TryRead());
        Assert.Equal(0UL, FrontEnd.Ask(3));
    }

    [Theory]
    [InlineData(0UL, 10)]
    [InlineData(TestFrontEnd.Mergeable, 12)]
    [InlineData(TestFrontEnd.Version1, 12)]
    [InlineData(TestFrontEnd.Version1 | TestFrontEnd.Mergeable, 12)]
    public void The_header_has_the_length_of_the_features(ulong features, int length)
    {
        FrontEnd.Send(2, features | TestFrontEnd.Protocol);
        Assert.Equal(length, _bench.Session.Vnet.HeaderLength);
    }

    [Fact]
    public void The_session_hears_which_offloads_the_guest_takes()
    {
        FrontEnd.Send(2, TestFrontEnd.GuestOffloads | TestFrontEnd.Protocol);
        Assert.True(_bench.Session.Vnet.GuestTso4);
        Assert.True(_bench.Session.Vnet.GuestTso6);
        Assert.False(_bench.Session.Vnet.GuestEcn);
    }

    public void Dispose() => _bench.Dispose();
}
