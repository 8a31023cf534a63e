// SPDX-License-Identifier: GPL-2.0-or-later
//
// The classic BPF programs our sockets carry (socket(7), SO_ATTACH_FILTER).
//
// A raw socket sees every protocol-115 packet of the host: without a filter N tunnels on one address would wake each
// other N times per frame, and a flood for one would cost all. So the kernel is told the session id and the source, and
// drops the rest before it wakes anybody.
//
// What the program sees at offset 0 differs: on a raw IPv4 socket the IP header (of any length, hence BPF_MSH), on a raw
// IPv6 socket the payload; the IPv6 source is reached through the network header (SKF_NET_OFF).

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Builds the filter programs.</summary>
internal static class SessionFilter
{
    private const uint WholePacket = uint.MaxValue;

    /// <summary>Refuses everything: between bind(2) and connect(2) a socket would take frames from anybody.</summary>
    /// <returns>A program of one instruction.</returns>
    public static sock_filter[] RefuseAll() => [Statement(LinuxConstants.BPF_RET_K, 0)];

    /// <summary>Accepts one session, from one source if asked, on a raw IP socket.</summary>
    /// <param name="ipv6">Which kind of raw socket.</param>
    /// <param name="session">The receive session id.</param>
    /// <param name="source">The only source to accept; null: any.</param>
    /// <returns>The program.</returns>
    public static sock_filter[] AcceptSession(bool ipv6, uint session, SocketAddress? source)
    {
        List<(ushort Load, uint Offset, uint Value)> conditions = [];
        if (source is not null)
        {
            ReadOnlySpan<byte> address = source.AddressBytes;
            uint at = ipv6 ? unchecked((uint)LinuxConstants.SKF_NET_OFF + Ipv6Header.AddressesOffset) : Ipv4Header.AddressesOffset;
            for (int i = 0; i < address.Length; i += sizeof(uint))
            {
                uint word = BinaryPrimitives.ReadUInt32BigEndian(address[i..]);
                conditions.Add((LinuxConstants.BPF_LD_W_ABS, unchecked(at + (uint)i), word));
            }
        }

        conditions.Add((ipv6 ? LinuxConstants.BPF_LD_W_ABS : LinuxConstants.BPF_LD_W_IND, 0, session));
        return AllOf(conditions, ipv6 ? [] : [Statement(LinuxConstants.BPF_LDX_B_MSH, 0)]);
    }

    /// <summary>A load and a compare per condition; the first that fails jumps to the refusal at the end.</summary>
    private static sock_filter[] AllOf(List<(ushort Load, uint Offset, uint Value)> conditions, sock_filter[] prologue)
    {
        List<sock_filter> program = [.. prologue];
        for (int i = 0; i < conditions.Count; i++)
        {
            (ushort load, uint offset, uint value) = conditions[i];
            // From behind this compare to the refusal: two instructions a later condition, and the acceptance.
            int toRefusal = ((conditions.Count - 1 - i) * 2) + 1;
            program.Add(Statement(load, offset));
            program.Add(new sock_filter { code = LinuxConstants.BPF_JMP_JEQ_K, jt = 0, jf = (byte)toRefusal, k = value });
        }

        program.Add(Statement(LinuxConstants.BPF_RET_K, WholePacket));
        program.Add(Statement(LinuxConstants.BPF_RET_K, 0));
        return [.. program];
    }

    private static sock_filter Statement(ushort code, uint k) => new() { code = code, k = k };
}
