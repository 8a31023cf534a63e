// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packets.Tests.Offload;

/// <summary>RFC 1071 word by word, as in the RFC's own words: slow and obvious.</summary>
internal static class ReferenceChecksum
{
    /// <summary>The folded sum of 16-bit big-endian words; an odd last byte is the upper half of a word.</summary>
    public static ushort Fold(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)bytes[i] << 8 : bytes[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The checksum of bytes whose checksum field is 0.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes) => (ushort)~Fold(bytes);
}
