// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace Faults.Ends;

/// <summary>An Ethernet frame with a number and a checksum of its own, since the tunnel has none over raw IP.</summary>
internal static class NumberedFrame
{
    /// <summary>Addresses, type, number, checksum.</summary>
    public const int MinimumSize = Header + 8 + 4;

    private const int Header = 14;
    private const int ChecksumOffset = Header + 8;

    /// <summary>Writes a frame of the buffer's size.</summary>
    public static void Write(Span<byte> frame, long number)
    {
        ReadOnlySpan<byte> header = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01, 0x88, 0xb5];
        header.CopyTo(frame);
        BinaryPrimitives.WriteInt64BigEndian(frame[Header..], number);
        frame[ChecksumOffset..].Fill((byte)number);
        BinaryPrimitives.WriteUInt32BigEndian(frame[ChecksumOffset..], Checksum(frame));
    }

    /// <summary>Reads the number of a frame that is as it was written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out long number)
    {
        number = frame.Length >= MinimumSize ? BinaryPrimitives.ReadInt64BigEndian(frame[Header..]) : 0;
        return frame.Length >= MinimumSize && BinaryPrimitives.ReadUInt32BigEndian(frame[ChecksumOffset..]) == Checksum(frame);
    }

    private static uint Checksum(ReadOnlySpan<byte> frame)
    {
        // FNV-1a: a wrong bit anywhere changes it.
        uint hash = 2166136261;
        for (int i = 0; i < frame.Length; i++)
        {
            byte value = i - ChecksumOffset is >= 0 and < 4 ? (byte)0 : frame[i];
            hash = (hash ^ value) * 16777619;
        }

        return hash;
    }
}
