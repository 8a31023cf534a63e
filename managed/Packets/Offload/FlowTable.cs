// SPDX-License-Identifier: GPL-2.0-or-later
//
// The flows of one batch. A batch is 64 datagrams, or a few UDP_GRO buffers, mostly of one or two connections; eight places are
// what Linux and gVisor have per bucket. So the table is scanned, and neither hashed nor aged by a clock.

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>A fixed number of places, each with a buffer of the same number.</summary>
internal sealed class FlowTable
{
    /// <summary>How many flows can grow at a time.</summary>
    public const int Capacity = 8;

    /// <summary>No such flow.</summary>
    public const int None = -1;

    private readonly Flow[] _flows = new Flow[Capacity];
    private ulong _startedLast;
    private int _hitLast;

    /// <summary>How many places are taken.</summary>
    public int Count { get; private set; }

    /// <summary>The flow that was started or found last, or <see cref="None"/> when it has gone.</summary>
    public int Latest => _flows[_hitLast].Started == 0 ? None : _hitLast;

    /// <summary>The state of one flow.</summary>
    public ref Flow this[int place] => ref _flows[place];

    /// <summary>The place of a flow, or <see cref="None"/>.</summary>
    public int Find(FlowKey key)
    {
        if (Count == 0)
        {
            return None;
        }

        for (int place = 0; place < Capacity; place++)
        {
            if (_flows[place].Started != 0 && _flows[place].Key.Equals(key))
            {
                _hitLast = place;
                return place;
            }
        }

        return None;
    }

    /// <summary>The flow that was started before all others, or <see cref="None"/>.</summary>
    public int FindOldest()
    {
        int oldest = None;
        for (int place = 0; place < Capacity; place++)
        {
            if (IsOlder(place, oldest))
            {
                oldest = place;
            }
        }

        return oldest;
    }

    /// <summary>The oldest flow between the same hosts, or <see cref="None"/>.</summary>
    public int FindAddresses(FlowKey key)
    {
        int oldest = None;
        for (int place = 0; place < Capacity; place++)
        {
            if (IsOlder(place, oldest) && _flows[place].Key.HasAddressesOf(key))
            {
                oldest = place;
            }
        }

        return oldest;
    }

    /// <summary>A free place, or <see cref="None"/>.</summary>
    public int FindFree()
    {
        for (int place = 0; place < Capacity; place++)
        {
            if (_flows[place].Started == 0)
            {
                return place;
            }
        }

        return None;
    }

    /// <summary>Takes a free place.</summary>
    /// <param name="place">What <see cref="FindFree"/> gave.</param>
    /// <param name="flow">Its state; <see cref="Flow.Started"/> is set here.</param>
    public void Start(int place, Flow flow)
    {
        flow.Started = ++_startedLast;
        _flows[place] = flow;
        _hitLast = place;
        Count++;
    }

    /// <summary>Frees a place.</summary>
    public void Remove(int place)
    {
        _flows[place] = default;
        Count--;
    }

    private bool IsOlder(int place, int than) =>
        _flows[place].Started != 0 && (than == None || _flows[place].Started < _flows[than].Started);
}

/// <summary>What is known of the frame that is growing in one buffer. Its headers are those of the first segment.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Flow
{
    /// <summary>0 when the place is free; else greater than that of any flow started earlier.</summary>
    public ulong Started;

    public FlowKey Key;

    public FrameLayout Layout;

    /// <summary>Bytes in the buffer.</summary>
    public int Length;

    /// <summary>How many segments they came in.</summary>
    public int SegmentCount;

    /// <summary>Payload bytes of the first segment, and of each but the last.</summary>
    public int PayloadSize;

    /// <summary>The sequence number that continues the frame.</summary>
    public uint NextSequence;

    /// <summary>IPv4: all segments have one identification, which DF allows (RFC 6864, 4.1).</summary>
    public bool HasFixedId;

    /// <summary>Ended by PSH or by a short segment; to be delivered before anything else is done.</summary>
    public bool IsComplete;

    /// <summary>The sum of the pseudo header without its length.</summary>
    public ulong PseudoHeaderSum;
}

/// <summary>
/// One direction of a TCP connection: addresses and ports. Not the VLAN: two VLANs that use the same addresses and ports
/// share a key, and their frames do not merge because their Ethernet headers differ.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct FlowKey : IEquatable<FlowKey>
{
    private readonly uint _ports;
    private readonly int _version;
    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    private FlowKey(ReadOnlySpan<byte> addresses, uint ports)
    {
        _ports = ports;
        _first = BinaryPrimitives.ReadUInt64LittleEndian(addresses);
        _version = 4;
        if (addresses.Length == Ipv6Header.AddressesLength)
        {
            _version = 6;
            _second = BinaryPrimitives.ReadUInt64LittleEndian(addresses[8..]);
            _third = BinaryPrimitives.ReadUInt64LittleEndian(addresses[16..]);
            _fourth = BinaryPrimitives.ReadUInt64LittleEndian(addresses[24..]);
        }
    }

    public static bool operator ==(FlowKey left, FlowKey right) => left.Equals(right);

    public static bool operator !=(FlowKey left, FlowKey right) => !left.Equals(right);

    /// <summary>The key of an IP packet; of a fragment without its ports, which only the first one has.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Its layout; IP.</param>
    public static FlowKey Of(ReadOnlySpan<byte> frame, FrameLayout layout) => new(
        layout.Addresses(frame),
        layout.IsTcp ? layout.TcpOf(frame).Ports : 0);

    /// <inheritdoc/>
    public bool Equals(FlowKey other) => _ports == other._ports && HasAddressesOf(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ports, _version, _first, _second, _third, _fourth);

    /// <summary>The same two hosts in the same direction, on whatever ports.</summary>
    public bool HasAddressesOf(FlowKey other) => _first == other._first && _version == other._version
        && _second == other._second && _third == other._third && _fourth == other._fourth;
}
