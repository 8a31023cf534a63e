// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Protocol;

/// <summary>A memory region as messages have it: guest address, size, user address, offset in its file; 8 bytes each.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RegionDescription(ulong GuestAddress, ulong Size, ulong UserAddress, ulong FileOffset)
{
    private const int Length = 4 * sizeof(ulong);
    private const int TableHeader = 2 * sizeof(uint);

    /// <summary>The payload of ADD_MEM_REG and REM_MEM_REG: 8 bytes of padding, and a region.</summary>
    public static RegionDescription Read(Message message)
    {
        message.CheckSize(sizeof(ulong) + Length);
        return At(message, sizeof(ulong));
    }

    /// <summary>The payload of SET_MEM_TABLE: their number, 4 bytes of padding, and the regions, with a descriptor each.</summary>
    public static RegionDescription[] ReadTable(Message message)
    {
        // QEMU sends the whole table of eight; what lies behind the number is nobody's.
        uint count = message.Payload.Length < TableHeader ? uint.MaxValue : message.Payload32(0);
        if (count > Message.MaximumDescriptors || message.Payload.Length < TableHeader + (count * Length))
        {
            throw new ProtocolException($"{message.Request} has {message.Payload.Length} bytes for {count} regions; at most {Message.MaximumDescriptors} are taken");
        }

        message.CheckDescriptors((int)count);
        RegionDescription[] regions = new RegionDescription[count];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = At(message, TableHeader + (i * Length));
        }

        return regions;
    }

    private static RegionDescription At(Message message, int offset) => new(
        message.Payload64(offset),
        message.Payload64(offset + sizeof(ulong)),
        message.Payload64(offset + (2 * sizeof(ulong))),
        message.Payload64(offset + (3 * sizeof(ulong))));
}

/// <summary>The payload of GET_INFLIGHT_FD and SET_INFLIGHT_FD: size 8, offset 8, queues 2, entries of a queue 2. QEMU's struct ends with padding.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InflightDescription(ulong Size, ulong Offset, ushort Queues, ushort Entries)
{
    private const int Length = 20;
    private const int PaddedLength = 24;
    private const int QueuesOffset = 16;

    /// <summary>Reads a payload.</summary>
    public static InflightDescription Read(Message message)
    {
        message.CheckSize(message.Payload.Length == PaddedLength ? PaddedLength : Length);
        uint numbers = message.Payload32(QueuesOffset);
        return new InflightDescription(message.Payload64(0), message.Payload64(sizeof(ulong)), (ushort)numbers, (ushort)(numbers >> 16));
    }

    /// <summary>The payload as an answer has it.</summary>
    /// <param name="length">As long as the question's.</param>
    public byte[] ToPayload(int length)
    {
        byte[] payload = new byte[length];
        MemoryMarshal.Write(payload, Size);
        MemoryMarshal.Write(payload.AsSpan(sizeof(ulong)), Offset);
        MemoryMarshal.Write(payload.AsSpan(QueuesOffset), Queues);
        MemoryMarshal.Write(payload.AsSpan(QueuesOffset + sizeof(ushort)), Entries);
        return payload;
    }
}
