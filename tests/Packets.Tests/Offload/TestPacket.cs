// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>A TCP segment or UDP datagram in an Ethernet frame, field by field, written out with obvious code.</summary>
internal sealed record TestPacket
{
    public byte[] Ethernet { get; init; } = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01];

    /// <summary>TPID and tag, 4 bytes each.</summary>
    public byte[] Tags { get; init; } = [];

    public int IpVersion { get; init; } = 4;

    public byte Tos { get; init; }

    public byte Ttl { get; init; } = 64;

    public ushort Identification { get; init; } = 0x1234;

    public bool DontFragment { get; init; } = true;

    /// <summary>The fragment field without DF: MF and offset.</summary>
    public ushort Fragment { get; init; }

    public uint FlowLabel { get; init; }

    /// <summary>IPv4 options, or IPv6 extension headers with their Next Header fields in place but for the last.</summary>
    public byte[] IpOptions { get; init; } = [];

    /// <summary>IPv6: the Next Header field of the fixed header, when there are extension headers.</summary>
    public byte FirstExtension { get; init; } = IpProtocol.DestinationOptions;

    public byte[] Source { get; init; } = [];

    public byte[] Destination { get; init; } = [];

    /// <summary>The destination the checksum covers, where a source route makes it another one.</summary>
    public byte[]? FinalDestination { get; init; }

    public byte Protocol { get; init; } = IpProtocol.Tcp;

    public ushort SourcePort { get; init; } = 40_000;

    public ushort DestinationPort { get; init; } = 5201;

    public uint Sequence { get; init; } = 0x1000_0000;

    public uint Acknowledgment { get; init; } = 0x2000_0000;

    public TcpControl Control { get; init; } = TcpControl.Ack;

    public ushort Window { get; init; } = 502;

    public ushort UrgentPointer { get; init; }

    public byte[] TcpOptions { get; init; } = [];

    public byte[] Payload { get; init; } = [];

    public FieldSum FieldSum { get; init; } = FieldSum.Whole;

    /// <summary>The IP header states this length instead of the right one.</summary>
    public int? StatedLength { get; init; }

    public bool IsTcp => Protocol == IpProtocol.Tcp;

    public int NetworkOffset => 14 + Tags.Length;

    public int TransportOffset => NetworkOffset + (IpVersion == 4 ? 20 : 40) + IpOptions.Length;

    public int HeaderLength => TransportOffset + (IsTcp ? 20 + TcpOptions.Length : 8);

    /// <summary>The vnet header a guest writes for this packet.</summary>
    public VnetHeader Vnet(int gsoSize) => new()
    {
        Flags = FieldSum == FieldSum.PseudoHeader ? VnetHeader.NeedsChecksum : (byte)0,
        GsoType = Gso,
        HdrLen = (ushort)HeaderLength,
        GsoSize = (ushort)gsoSize,
        CsumStart = FieldSum == FieldSum.PseudoHeader ? (ushort)TransportOffset : (ushort)0,
        CsumOffset = FieldSum != FieldSum.PseudoHeader ? (ushort)0 : (ushort)(IsTcp ? 16 : 6),
    };

    public GsoType Gso => (IsTcp, IpVersion) switch
    {
        (false, _) => GsoType.Udp,
        (true, 4) => GsoType.TcpIpv4,
        _ => GsoType.TcpIpv6,
    };

    public byte[] ToFrame()
    {
        byte[] transport = IsTcp ? Tcp() : Udp();
        byte[] pseudo = [.. SourceAddress(), .. FinalDestination ?? DestinationAddress(), .. U32((uint)transport.Length), 0, 0, 0, Protocol];
        int checksumOffset = IsTcp ? 16 : 6;
        ushort checksum = FieldSum switch
        {
            FieldSum.PseudoHeader => ReferenceChecksum.Fold(pseudo),
            FieldSum.None => 0,
            FieldSum.Wrong => (ushort)(ReferenceChecksum.Of([.. pseudo, .. transport]) ^ 1),
            _ => ReferenceChecksum.Of([.. pseudo, .. transport]),
        };
        if (!IsTcp && checksum == 0 && FieldSum == FieldSum.Whole)
        {
            checksum = 0xFFFF;
        }

        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(checksumOffset), checksum);
        byte[] type = IpVersion == 4 ? [0x08, 0x00] : [0x86, 0xDD];
        byte[] ip = IpVersion == 4 ? Ipv4(transport.Length) : Ipv6(transport.Length);
        return [.. Ethernet, .. Tags, .. type, .. ip, .. transport];
    }

    /// <summary>What cutting this large packet gives, by the book: the model that the segmenters are held against.</summary>
    public IEnumerable<TestPacket> Segments(int size)
    {
        byte[][] pieces = Payload.Length == 0 ? [[]] : [.. Payload.Chunk(size)];
        for (int i = 0; i < pieces.Length; i++)
        {
            TcpControl control = Control;
            if (i != 0)
            {
                control &= ~TcpControl.Cwr;
            }

            if (i != pieces.Length - 1)
            {
                control &= ~(TcpControl.Fin | TcpControl.Psh);
            }

            yield return this with
            {
                Payload = pieces[i],
                Sequence = Sequence + (uint)(i * size),
                Identification = (ushort)(Identification + i),
                Control = control,
                FieldSum = FieldSum.Whole,
                StatedLength = null,
            };
        }
    }

    /// <summary>NOPs for IPv4, one destination options header for IPv6.</summary>
    public static byte[] PlainIpOptions(int version, byte protocol, int length)
    {
        byte[] options = new byte[length];
        if (version == 4)
        {
            options.AsSpan().Fill(1);
        }
        else if (length != 0)
        {
            options[0] = protocol;
            options[1] = (byte)((length / 8) - 1);
        }

        return options;
    }

    private static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] U32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private byte[] SourceAddress() => Source.Length != 0 ? Source
        : IpVersion == 4 ? [10, 0, 0, 1] : [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    private byte[] DestinationAddress() => Destination.Length != 0 ? Destination
        : IpVersion == 4 ? [10, 0, 0, 2] : [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

    private byte[] Tcp() =>
    [
        .. U16(SourcePort), .. U16(DestinationPort), .. U32(Sequence), .. U32(Acknowledgment),
        (byte)((5 + (TcpOptions.Length / 4)) << 4), (byte)Control, .. U16(Window), 0, 0, .. U16(UrgentPointer),
        .. TcpOptions, .. Payload,
    ];

    private byte[] Udp() => [.. U16(SourcePort), .. U16(DestinationPort), .. U16(8 + Payload.Length), 0, 0, .. Payload];

    private byte[] Ipv4(int transportLength)
    {
        int length = StatedLength ?? (20 + IpOptions.Length + transportLength);
        byte[] ip =
        [
            (byte)(0x45 + (IpOptions.Length / 4)), Tos, .. U16(length), .. U16(Identification),
            .. U16((DontFragment ? 0x4000 : 0) | Fragment), Ttl, Protocol, 0, 0,
            .. SourceAddress(), .. DestinationAddress(), .. IpOptions,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), ReferenceChecksum.Of(ip));
        return ip;
    }

    private byte[] Ipv6(int transportLength) =>
    [
        .. U32(0x6000_0000u | ((uint)Tos << 20) | FlowLabel), .. U16(StatedLength ?? (IpOptions.Length + transportLength)),
        IpOptions.Length == 0 ? Protocol : FirstExtension, Ttl,
        .. SourceAddress(), .. DestinationAddress(), .. IpOptions,
    ];
}
