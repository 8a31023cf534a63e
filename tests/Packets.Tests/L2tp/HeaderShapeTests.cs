// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.L2tp;

/// <summary>The rules that hold for each of the 108 shapes of the header.</summary>
public sealed class HeaderShapeTests
{
    private const int EthernetHeader = 14;

    public static TheoryData<Carrier, int, CounterMode, int> Shapes => TestSession.Shapes();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_header_that_is_written_is_the_literal_one(Carrier carrier, int cookieLength, CounterMode counter, int offset)
    {
        SessionParameters parameters = TestSession.Parameters(carrier, cookieLength, counter, offset);
        Encapsulation encapsulation = new(parameters);
        using BoundedMemory memory = new(encapsulation.HeaderLength);

        // Twice, over rubbish: the template must not keep what an earlier frame left, and the counter goes on.
        for (uint count = 1; count <= 2; count++)
        {
            Span<byte> written = memory.AtEnd(encapsulation.HeaderLength);
            written.Fill(0xFF);
            encapsulation.Write(written);
            Assert.Equal(TestSession.HeaderOf(parameters, count), written);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_peers_datagram_is_accepted_and_its_frame_found(Carrier carrier, int cookieLength, CounterMode counter, int offset)
    {
        SessionParameters parameters = TestSession.Parameters(carrier, cookieLength, counter, offset);
        byte[] datagram = TestSession.DatagramFor(parameters, frameLength: 60);

        DropReason reason = new Encapsulation(parameters).TryOpen(datagram, out int frameOffset);

        Assert.Equal(DropReason.None, reason);
        Assert.Equal(datagram.Length - 60, frameOffset);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_datagram_of_any_length_is_judged_without_a_look_behind_its_end(Carrier carrier, int cookieLength, CounterMode counter, int offset)
    {
        SessionParameters parameters = TestSession.Parameters(carrier, cookieLength, counter, offset);
        Encapsulation encapsulation = new(parameters);
        byte[] whole = TestSession.DatagramFor(parameters, EthernetHeader);
        using BoundedMemory memory = new(whole.Length);
        int ipHeader = TestSession.IpHeaderOf(carrier).Length;

        for (int length = 0; length <= whole.Length; length++)
        {
            DropReason expected =
                length < ipHeader ? DropReason.BadIpHeader :
                length < ipHeader + encapsulation.HeaderLength ? DropReason.ShortHeader :
                length < whole.Length ? DropReason.Runt : DropReason.None;

            DropReason reason = encapsulation.TryOpen(memory.CopyToEnd(whole.AsSpan(0, length)), out _);

            Assert.True(reason == expected, $"{length} bytes: {reason} instead of {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Each_bit_of_session_and_cookie_is_checked_and_no_bit_behind_them(Carrier carrier, int cookieLength, CounterMode counter, int offset)
    {
        SessionParameters parameters = TestSession.Parameters(carrier, cookieLength, counter, offset);
        Encapsulation encapsulation = new(parameters);
        byte[] datagram = TestSession.DatagramFor(parameters, 60);
        int session = TestSession.IpHeaderOf(carrier).Length + (carrier == Carrier.Udp ? 4 : 0);
        int cookie = session + 4;
        int rest = cookie + cookieLength;

        for (int bit = session * 8; bit < datagram.Length * 8; bit++)
        {
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
            DropReason expected =
                bit / 8 < cookie ? DropReason.WrongSession :
                bit / 8 < rest ? DropReason.WrongCookie : DropReason.None;
            Assert.True(expected == encapsulation.TryOpen(datagram, out _), $"bit {bit % 8} of byte {bit / 8}");
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
