// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Each rule with a segment that breaks just it, its checksum right and all else as it would be joined.</summary>
public sealed class CoalescerRuleTests
{
    private static readonly TestPacket s_first = new() { Payload = Noise.Bytes(100, 1), TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2] };

    private static readonly Dictionary<string, Func<TestPacket, TestPacket>> s_changes = new(StringComparer.Ordinal)
    {
        ["ethernet destination"] = next => next with { Ethernet = [0x02, 0, 0, 0, 0, 0x03, 0x02, 0, 0, 0, 0, 0x01] },
        ["ethernet source"] = next => next with { Ethernet = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x03] },
        ["tag"] = next => next with { Tags = [0x81, 0, 0, 5] },
        ["source address"] = next => next with { Source = Address(next, 9) },
        ["destination address"] = next => next with { Destination = Address(next, 9) },
        ["source port"] = next => next with { SourcePort = 9 },
        ["destination port"] = next => next with { DestinationPort = 9 },
        ["sequence ahead"] = next => next with { Sequence = next.Sequence + 1 },
        ["sequence behind"] = next => next with { Sequence = next.Sequence - 1 },
        ["acknowledgment"] = next => next with { Acknowledgment = next.Acknowledgment + 1 },
        ["window"] = next => next with { Window = (ushort)(next.Window + 1) },
        ["urgent pointer"] = next => next with { UrgentPointer = 1 },
        ["options"] = next => next with { TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 3] },
        ["no options"] = next => next with { TcpOptions = [] },
        ["more options"] = next => next with { TcpOptions = [.. next.TcpOptions, 1, 1, 1, 1] },
        ["header length only"] = next => next with { TcpOptions = next.TcpOptions[..8], Payload = [0, 0, 0, 2, .. next.Payload[..50]] },
        ["SYN"] = next => next with { Control = next.Control | TcpControl.Syn },
        ["FIN"] = next => next with { Control = next.Control | TcpControl.Fin },
        ["RST"] = next => next with { Control = next.Control | TcpControl.Rst },
        ["URG"] = next => next with { Control = next.Control | TcpControl.Urg },
        ["ECE"] = next => next with { Control = next.Control | TcpControl.Ece },
        ["CWR"] = next => next with { Control = next.Control | TcpControl.Cwr },
        ["no ACK"] = next => next with { Control = TcpControl.None },
        ["no payload"] = next => next with { Payload = [] },
        ["longer payload"] = next => next with { Payload = [.. next.Payload, 1] },
        ["TOS"] = next => next with { Tos = 1 },
        ["TTL"] = next => next with { Ttl = 65 },
        ["stated length above"] = next => next with { StatedLength = Length(next) + 1 },
        ["stated length below"] = next => next with { StatedLength = Length(next) - 1 },
        ["wrong checksum"] = next => next with { FieldSum = FieldSum.Wrong },
    };

    private static readonly Dictionary<string, Func<TestPacket, TestPacket>> s_ipv4Changes = new(StringComparer.Ordinal)
    {
        ["DF"] = next => next with { DontFragment = false },
        ["reserved bit"] = next => next with { Fragment = 0x8000 },
        ["MF"] = next => next with { Fragment = 0x2000 },
        ["fragment offset"] = next => next with { Fragment = 1 },
        ["IP options"] = next => next with { IpOptions = [1, 1, 1, 1] },
        ["id ahead"] = next => next with { Identification = (ushort)(next.Identification + 1) },
        ["id behind"] = next => next with { Identification = (ushort)(next.Identification - 2) },
    };

    private static readonly Dictionary<string, Func<TestPacket, TestPacket>> s_ipv6Changes = new(StringComparer.Ordinal)
    {
        ["flow label"] = next => next with { FlowLabel = 1 },
        ["extension header"] = next => next with { IpOptions = [IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0] },
    };

    public static TheoryData<int, string> Changes()
    {
        TheoryData<int, string> changes = [];
        foreach (int version in (int[])[4, 6])
        {
            foreach (string name in s_changes.Keys.Concat((version == 4 ? s_ipv4Changes : s_ipv6Changes).Keys))
            {
                changes.Add(version, name);
            }
        }

        return changes;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void The_next_segment_without_a_change_is_joined(int version)
    {
        TestPacket first = s_first with { IpVersion = version };
        Assert.Equal([2], Counts(first, Next(first)));
    }

    /// <summary>Each has a signature of its own. That two of them are equal only somebody can bring about who has no key.</summary>
    [Theory]
    [InlineData(4, 19)]
    [InlineData(6, 19)]
    [InlineData(4, 29)]
    [InlineData(6, 29)]
    public void Segments_with_TCP_MD5_or_TCP_AO_are_not_joined(int version, byte kind)
    {
        TestPacket first = s_first with { IpVersion = version, TcpOptions = [1, 1, kind, 18, .. Noise.Bytes(16, 1)] };
        Assert.Equal([1, 1], Counts(first, Next(first)));
    }

    /// <summary>Behind the flow's first segment, where the frame is not parsed, and behind another flow's, where it is.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void A_segment_that_differs_is_not_joined(int version, string change)
    {
        TestPacket first = s_first with { IpVersion = version };
        TestPacket changed = (s_changes.GetValueOrDefault(change) ?? s_ipv4Changes.GetValueOrDefault(change) ?? s_ipv6Changes[change])(Next(first));
        TestPacket other = first with { SourcePort = 7 };
        Assert.Equal([1, 1], Counts(first, changed));
        Assert.Equal([1, 1, 1], Counts(first, other, changed));
    }

    /// <summary>The other direction between the same ports: its checksum is right in either, for addresses sum the same swapped.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void The_other_direction_is_another_flow(int version)
    {
        TestPacket there = s_first with { IpVersion = version, SourcePort = 7, DestinationPort = 7 };
        there = there with { Source = Address(there, 1), Destination = Address(there, 2) };
        TestPacket back = there with { Source = there.Destination, Destination = there.Source };
        Assert.Equal([1, 1], Counts(there, Next(back)));
        Assert.Equal([2, 2], Counts(there, back, Next(there), Next(back)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Flows_that_differ_in_one_byte_of_an_address_do_not_disturb_each_other(int version)
    {
        TestPacket one = s_first with { IpVersion = version };
        TestPacket two = one with { Destination = Address(one, 9) };
        TestPacket three = one with { Source = Address(one, 9) };
        Assert.Equal([2, 2, 2], Counts(one, two, three, Next(one), Next(two), Next(three)));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, -1)]
    [InlineData(6, 1)]
    [InlineData(6, -1)]
    public void No_flow_starts_with_a_segment_that_states_another_length(int version, int difference)
    {
        TestPacket first = s_first with { IpVersion = version };
        byte[] frame = (first with { StatedLength = Length(first) + difference }).ToFrame();
        Assert.Null(Assert.Single(Joiner.Join([frame])).Vnet);
    }

    [Theory]
    [InlineData(0, 0, 0, 3)]
    [InlineData(0, 1, 2, 3)]
    [InlineData(0, 0, 2, 2)]
    [InlineData(0, 0, 1, 2)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(0, 1, 0, 2)]
    [InlineData(65_535, 0, 1, 3)]
    public void The_second_segment_decides_whether_identifications_stay_or_count(int first, int second, int third, int joined)
    {
        Assert.Equal(joined, Counts(Identified(first, second, third, dontFragment: true))[0]);
    }

    /// <summary>Without DF an equal identification would make fragments of two packets one (RFC 6864, 4.2).</summary>
    [Fact]
    public void Identifications_stay_only_with_DF()
    {
        Assert.Equal([1, 1, 1], Counts(Identified(5, 5, 5, dontFragment: false)));
        Assert.Equal([3], Counts(Identified(5, 6, 7, dontFragment: false)));
    }

    private static TestPacket[] Identified(int first, int second, int third, bool dontFragment)
    {
        TestPacket start = s_first with { DontFragment = dontFragment };
        return
        [
            start with { Identification = (ushort)first },
            Next(start) with { Identification = (ushort)second },
            Next(Next(start)) with { Identification = (ushort)third },
        ];
    }

    private static int[] Counts(params TestPacket[] packets) =>
        [.. Joiner.Join(packets.Select(packet => packet.ToFrame())).Select(delivered => delivered.SegmentCount)];

    private static int Length(TestPacket packet) => packet.HeaderLength + packet.Payload.Length - packet.NetworkOffset
        - (packet.IpVersion == 4 ? 0 : 40);

    private static byte[] Address(TestPacket packet, byte last) =>
        packet.IpVersion == 4 ? [10, 0, 0, last] : [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];

    private static TestPacket Next(TestPacket packet) => packet with
    {
        Sequence = packet.Sequence + (uint)packet.Payload.Length,
        Identification = (ushort)(packet.Identification + 1),
    };
}
