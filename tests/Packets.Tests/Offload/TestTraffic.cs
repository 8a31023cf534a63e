// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

#pragma warning disable CA5394 // a test wants the same packets for the same seed, not secret ones

/// <summary>A batch of interleaved connections that mostly send in order, and now and then do anything else.</summary>
internal sealed class TestTraffic
{
    private readonly Random _random;
    private readonly TestPacket[] _next;
    private readonly bool[] _hasFixedId;
    private readonly int[] _mss;

    private TestTraffic(int seed)
    {
        _random = new Random(seed);
        _next = new TestPacket[_random.Next(1, _random.Next(2, 14))];
        _hasFixedId = new bool[_next.Length];
        _mss = new int[_next.Length];
        for (int i = 0; i < _next.Length; i++)
        {
            // One identification for all, with DF set: what Linux sends on some paths.
            _hasFixedId[i] = _random.Next(3) == 0;
            _mss[i] = _random.Next(4) == 0 ? _random.Next(16, 9000) : _random.Next(16, 200);
            _next[i] = Connection(i);
        }
    }

    /// <summary>A batch.</summary>
    /// <param name="seed">Equal seeds give equal batches.</param>
    public static IReadOnlyList<TestPacket> Batch(int seed)
    {
        TestTraffic traffic = new(seed);
        List<TestPacket> packets = [];
        int count = traffic._random.Next(1, 150);
        int disorder = traffic._random.Next(1, 30);
        while (packets.Count < count)
        {
            int connection = traffic._random.Next(traffic._next.Length);
            for (int run = traffic._random.Next(1, 20); run > 0; run--)
            {
                packets.Add(traffic._random.Next(disorder) == 0 ? traffic.Odd(connection) : traffic.InOrder(connection));
            }
        }

        return packets;
    }

    private TestPacket Connection(int number) => new()
    {
        IpVersion = number % 2 == 0 ? 4 : 6,
        SourcePort = (ushort)(40_000 + (number / 2)),
        Tags = number % 5 == 0 ? [0x81, 0, 0, 5] : [],
        DontFragment = _hasFixedId[number] || _random.Next(2) == 0,
        TcpOptions = number % 3 == 0 ? [] : [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
        Identification = (ushort)_random.Next(65_536),
        Sequence = uint.MaxValue - (uint)_random.Next(20_000),
        Control = _random.Next(4) == 0 ? TcpControl.Ack | TcpControl.Ece : TcpControl.Ack,
    };

    private TestPacket InOrder(int connection)
    {
        TestPacket packet = _next[connection] with { Payload = Noise.Bytes(_mss[connection], _random.Next()) };
        Advance(connection, packet);
        return packet;
    }

    private void Advance(int connection, TestPacket packet) => _next[connection] = _next[connection] with
    {
        Sequence = packet.Sequence + (uint)packet.Payload.Length,
        Identification = (ushort)(packet.Identification + (_hasFixedId[connection] ? 0 : 1)),
    };

    /// <summary>The next of the connection with one thing changed; half of the changes last.</summary>
    private TestPacket Odd(int connection)
    {
        TestPacket next = _next[connection];
        TestPacket full = next with { Payload = Noise.Bytes(_mss[connection], _random.Next()) };
        TestPacket odd = _random.Next(26) switch
        {
            0 => next,
            1 => full with { Control = full.Control | TcpControl.Psh },
            2 => full with { Control = full.Control | TcpControl.Fin },
            3 => full with { Control = full.Control | TcpControl.Cwr },
            4 => full with { Control = full.Control | TcpControl.Urg, UrgentPointer = 5 },
            5 => full with { Control = TcpControl.Syn | TcpControl.Ack },
            6 => full with { Control = TcpControl.Rst },
            7 => full with { Payload = full.Payload[..((full.Payload.Length + 1) / 2)] },
            8 => full with { Payload = [.. full.Payload, 1] },
            9 => full with { Sequence = full.Sequence + 1 },
            10 => full with { Sequence = full.Sequence - (uint)full.Payload.Length },
            11 => full with { Acknowledgment = full.Acknowledgment + 1 },
            12 => full with { Window = (ushort)(full.Window - 1) },
            13 => full with { TcpOptions = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 2] },
            14 => full with { TcpOptions = [] },
            15 => full with { Ttl = 63 },
            16 => full with { Tos = 3 },
            17 => full with { DontFragment = !full.DontFragment },
            18 => full with { Identification = (ushort)(full.Identification + 1) },
            19 => full with { FieldSum = FieldSum.Wrong },
            20 => full with { Tags = [0x81, 0, 0, 6] },
            21 => full with { Ethernet = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x09] },
            22 => full.IpVersion == 4 ? full with { DontFragment = false, Fragment = (ushort)_random.Next(0x2000, 0x2010) } : full with { FlowLabel = 7 },
            23 => full.IpVersion == 4 ? full with { IpOptions = [1, 1, 1, 1] } : full with { IpOptions = [IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0] },
            24 => full with { Protocol = IpProtocol.Udp },
            _ => full with { UrgentPointer = 1 },
        };
        if (_random.Next(2) == 0)
        {
            Advance(connection, odd);
        }

        return odd.IpVersion == 6 ? odd with { DontFragment = next.DontFragment } : odd;
    }
}
