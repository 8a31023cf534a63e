// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>
/// One direction of a TCP connection: addresses and ports. Not the VLAN: two VLANs that use the same addresses and ports
/// share a key, and their frames do not merge because their Ethernet headers differ.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct FlowKey : IEquatable<FlowKey>
{
    private const int PortsLength = 4;

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
        layout.IsTcp ? BinaryPrimitives.ReadUInt32LittleEndian(frame.Slice(layout.TransportOffset, PortsLength)) : 0);

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
