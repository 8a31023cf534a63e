// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net;
using L2tpv3.Packets.Wire;

namespace Faults.Line;

/// <summary>A packet like one of the tunnel's, but for what the test changes in it; its checksums are right.</summary>
internal sealed class ForgedPacket
{
    private const int EthernetHeader = 14;
    private const int UdpProtocol = 17;
    private readonly byte[] _frame;
    private readonly TunnelPacket _parts;

    /// <summary>Begins with a packet that the line has seen.</summary>
    public ForgedPacket(ReadOnlySpan<byte> frame)
    {
        _frame = frame.ToArray();
        if (!TunnelPacket.TryFind(frame, out _parts))
        {
            throw new ArgumentException("not a packet of the tunnel", nameof(frame));
        }
    }

    /// <summary>Where its parts are.</summary>
    public TunnelPacket Parts => _parts;

    /// <summary>The bytes that are to be changed.</summary>
    public Span<byte> Bytes => _frame;

    /// <summary>An ICMP error about a frame of the line, as a frame back to its sender.</summary>
    public static byte[] Error(ReadOnlySpan<byte> frame, int type, int code, uint rest = 0) =>
        [.. frame[6..12], .. frame[..6], .. frame[12..EthernetHeader], .. IcmpError.About(frame[EthernetHeader..], type, code, rest)];

    /// <summary>"Longer than the path".</summary>
    public static byte[] TooBig(ReadOnlySpan<byte> frame, bool isIpv6, int mtu) => isIpv6
        ? Error(frame, IcmpError.PacketTooBig6, 0, (uint)mtu)
        : Error(frame, IcmpError.Unreachable, IcmpError.FragmentationNeeded, (uint)mtu);

    /// <summary>Comes from elsewhere.</summary>
    public ForgedPacket From(string address)
    {
        IPAddress.Parse(address).GetAddressBytes().CopyTo(_frame.AsSpan(_parts.Ip + (_parts.IsIpv6 ? 8 : 12)));
        return this;
    }

    /// <summary>The UDP ports that it comes from and goes to.</summary>
    public ForgedPacket Ports(int source, int destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(_parts.Transport), (ushort)source);
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(_parts.Transport + 2), (ushort)destination);
        return this;
    }

    /// <summary>Another session id.</summary>
    public ForgedPacket Session(uint session)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(_parts.Session), session);
        return this;
    }

    /// <summary>Another protocol.</summary>
    public ForgedPacket Protocol(byte protocol)
    {
        _frame[_parts.Ip + (_parts.IsIpv6 ? 6 : 9)] = protocol;
        return this;
    }

    /// <summary>The packet, so long behind its IP header.</summary>
    public byte[] Finish(int? length = null)
    {
        byte[] frame = _frame.AsSpan(0, length is null ? _frame.Length : _parts.Transport + length.Value).ToArray();
        Span<byte> ip = frame.AsSpan(_parts.Ip);
        Span<byte> transport = frame.AsSpan(_parts.Transport);
        if (_parts.IsIpv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)transport.Length);
        }
        else
        {
            Span<byte> header = ip[..Ipv4Header.MinimumLength];
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)ip.Length);
            header[10..12].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
        }

        if (_parts.IsUdp && ip[_parts.IsIpv6 ? 6 : 9] == UdpProtocol)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
            transport[6..8].Clear();
            ulong pseudo = InternetChecksum.SumPseudoHeader(_parts.IsIpv6 ? ip[8..40] : ip[12..20], UdpProtocol, transport.Length);
            BinaryPrimitives.WriteUInt16BigEndian(transport[6..], InternetChecksum.FinishNonZero(InternetChecksum.Join(pseudo, InternetChecksum.Sum(transport))));
        }

        return frame;
    }
}
