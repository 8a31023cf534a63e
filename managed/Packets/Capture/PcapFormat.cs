// SPDX-License-Identifier: GPL-2.0-or-later
//
// The classic capture format (draft-ietf-opsawg-pcap), with nanoseconds, in little-endian order:
//
//     file     magic a1b23c4d | 2 | 4 | 0 | 0 | longest packet | link type
//     record   seconds | nanoseconds | captured length | original length | bytes
//
// Rejected: pcapng. It could name netdev and direction, but a reader of a file that is cut anywhere needs more than this.

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Capture;

/// <summary>Writes the headers of a capture file.</summary>
public static class PcapFormat
{
    /// <summary>Bytes in front of the first record.</summary>
    public const int FileHeaderLength = 24;

    /// <summary>Bytes in front of each packet.</summary>
    public const int RecordHeaderLength = 16;

    /// <summary>The longest packet there is: 64 KiB of IP, or such a frame with its Ethernet header.</summary>
    public const int MaximumPacket = 0x0004_0000;

    private const uint NanosecondMagic = 0xA1B2_3C4D;
    private const long TicksPerSecond = 10_000_000;
    private const long NanosecondsPerTick = 100;

    /// <summary>Writes the header of a file.</summary>
    public static void WriteFileHeader(Span<byte> destination, LinkType link)
    {
        destination[..FileHeaderLength].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], MaximumPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], (uint)link);
    }

    /// <summary>Writes the header of a record.</summary>
    /// <param name="destination">At least <see cref="RecordHeaderLength"/> bytes.</param>
    /// <param name="time">When, in ticks of 100 ns since 1970.</param>
    /// <param name="length">Bytes of the packet.</param>
    public static void WriteRecordHeader(Span<byte> destination, long time, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)(time / TicksPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)(time % TicksPerSecond * NanosecondsPerTick));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)length);
    }
}

/// <summary>What the packets of a capture file begin with (LINKTYPE_* of tcpdump.org).</summary>
public enum LinkType
{
    /// <summary>Nothing said.</summary>
    None = 0,

    /// <summary>An Ethernet header.</summary>
    Ethernet = 1,

    /// <summary>An IPv4 or IPv6 header (LINKTYPE_RAW).</summary>
    RawIp = 101,
}
