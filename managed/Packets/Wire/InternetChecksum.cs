// SPDX-License-Identifier: GPL-2.0-or-later
//
// The Internet checksum (RFC 1071): the ones' complement sum of 16-bit words.
//
// A sum travels unfolded, as a ulong, so that pieces of one packet can be summed where they lie and joined later. Two
// facts carry this file:
//
//   - 2^16 = 1 (mod 2^16 - 1), so words of 32 and 64 bits may be added as well as words of 16, if carries come round;
//   - byte order does not matter until the end (RFC 1071, 2 (B)): all sums here are of *little-endian* words, as the
//     machine reads them, and only Fold swaps to the number a header field holds.
//
// A piece that begins at an odd offset of the packet has every byte in the other half of its word: a rotation of its sum
// by 8 bits (RFC 1071, 2 (B) again).
//
// Measured with NativeAOT (net9.0, x86-64, the least of many short runs): 1448 bytes are summed in 33 ns, and copied and
// summed in 36 ns in the first-level cache and 42 in the second, where a copy alone takes 35. In an earlier comparison
// 64-bit adds with carry and 32-bit halves in scalar registers took thrice as long. A NativeAOT library that must run on
// any x86-64 has no AVX2, whatever the machine: Vector256 becomes pairs of SSE2 registers, and still beat Vector128
// written out. Each block is first cut to its constant length: then the compiler needs no further check of a bound.

using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace L2tpv3.Packets.Wire;

/// <summary>Sums, joins and folds.</summary>
public static class InternetChecksum
{
    /// <summary>Bytes of the field that holds one.</summary>
    public const int Length = 2;

    private const int VectorLength = 32;
    private const int BlockLength = 4 * VectorLength;

    /// <summary>Sums bytes that begin at an even offset of their packet; the last odd byte counts as if a 0 followed.</summary>
    /// <param name="bytes">Any length.</param>
    /// <returns>The unfolded sum, below 2^61: a few of them may be added with a plain +, any number with <see cref="Join"/>.</returns>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 * VectorLength)
        {
            return SumTail(bytes);
        }

        // Per 64-bit lane: all = the words modulo 2^64, high = their upper halves. The sum of the lower halves is then
        // all - high * 2^32, exact because it stays below 2^64; so the lower half need not be masked out of each word.
        Vector256<ulong> all = Vector256<ulong>.Zero;
        Vector256<ulong> high = Vector256<ulong>.Zero;
        Vector256<ulong> all2 = Vector256<ulong>.Zero;
        Vector256<ulong> high2 = Vector256<ulong>.Zero;
        while (bytes.Length >= BlockLength)
        {
            ReadOnlySpan<byte> block = bytes[..BlockLength];
            Vector256<ulong> first = Vector256.Create(block).AsUInt64();
            Vector256<ulong> second = Vector256.Create(block[VectorLength..]).AsUInt64();
            Vector256<ulong> third = Vector256.Create(block[(2 * VectorLength)..]).AsUInt64();
            Vector256<ulong> fourth = Vector256.Create(block[(3 * VectorLength)..]).AsUInt64();
            all += first;
            high += first >>> 32;
            all2 += second;
            high2 += second >>> 32;
            all += third;
            high += third >>> 32;
            all2 += fourth;
            high2 += fourth >>> 32;
            bytes = bytes[BlockLength..];
        }

        while (bytes.Length >= VectorLength)
        {
            Vector256<ulong> words = Vector256.Create(bytes).AsUInt64();
            all += words;
            high += words >>> 32;
            bytes = bytes[VectorLength..];
        }

        return SumLanes(all + all2, high + high2) + SumTail(bytes);
    }

    /// <summary>Copies bytes and sums them in the same pass. The sum is that of the copy, whatever happens to the source meanwhile.</summary>
    /// <param name="source">Bytes that begin at an even offset of their packet.</param>
    /// <param name="destination">At least as long; does not overlap the source.</param>
    /// <returns>As <see cref="Sum"/>.</returns>
    public static ulong CopyAndSum(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Span<byte> target = destination[..source.Length];
        Vector256<ulong> all = Vector256<ulong>.Zero;
        Vector256<ulong> high = Vector256<ulong>.Zero;
        Vector256<ulong> all2 = Vector256<ulong>.Zero;
        Vector256<ulong> high2 = Vector256<ulong>.Zero;
        while (source.Length >= BlockLength && target.Length >= BlockLength)
        {
            ReadOnlySpan<byte> block = source[..BlockLength];
            Span<byte> copy = target[..BlockLength];
            Vector256<ulong> first = Vector256.Create(block).AsUInt64();
            Vector256<ulong> second = Vector256.Create(block[VectorLength..]).AsUInt64();
            Vector256<ulong> third = Vector256.Create(block[(2 * VectorLength)..]).AsUInt64();
            Vector256<ulong> fourth = Vector256.Create(block[(3 * VectorLength)..]).AsUInt64();
            first.AsByte().CopyTo(copy);
            second.AsByte().CopyTo(copy[VectorLength..]);
            third.AsByte().CopyTo(copy[(2 * VectorLength)..]);
            fourth.AsByte().CopyTo(copy[(3 * VectorLength)..]);
            all += first;
            high += first >>> 32;
            all2 += second;
            high2 += second >>> 32;
            all += third;
            high += third >>> 32;
            all2 += fourth;
            high2 += fourth >>> 32;
            source = source[BlockLength..];
            target = target[BlockLength..];
        }

        while (source.Length >= VectorLength && target.Length >= VectorLength)
        {
            Vector256<ulong> words = Vector256.Create(source).AsUInt64();
            words.AsByte().CopyTo(target);
            all += words;
            high += words >>> 32;
            source = source[VectorLength..];
            target = target[VectorLength..];
        }

        // Before the call below: vectors that live across it would be spilled within the loop. The copy is summed, as above:
        // the source may be memory of a guest, which can change it at any time.
        ulong sum = SumLanes(all + all2, high + high2);
        source.CopyTo(target);
        return sum + SumTail(target);
    }

    /// <summary>
    /// The same for a destination whose alignment is known: stores that cross a cache line take twice as long.
    /// </summary>
    /// <param name="source">Bytes that begin at an even offset of their packet.</param>
    /// <param name="destination">At least as long; does not overlap the source.</param>
    /// <param name="alignment">The destination's address, or that of a place known to be aligned plus the bytes between.</param>
    /// <returns>As <see cref="Sum"/>.</returns>
    public static ulong CopyAndSum(ReadOnlySpan<byte> source, Span<byte> destination, int alignment)
    {
        int lead = -alignment & (Vector128<byte>.Count - 1);
        if (lead == 0 || source.Length < BlockLength)
        {
            return CopyAndSum(source, destination);
        }

        // A whole vector is copied, and of it as much is summed as the second part does not copy again.
        Vector128<byte> first = Vector128.Create(source);
        first.CopyTo(destination);
        Vector128<ulong> words = (first & Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)lead))).AsUInt64();
        ulong sum = Vector128.Sum(words & Vector128.Create((ulong)uint.MaxValue)) + Vector128.Sum(words >>> 32);
        return JoinAt(sum, CopyAndSum(source[lead..], destination[lead..]), lead);
    }

    /// <summary>Adds two unfolded sums of any size.</summary>
    public static ulong Join(ulong sum, ulong other)
    {
        ulong joined = sum + other;
        return joined < other ? joined + 1 : joined;
    }

    /// <summary>Adds the sum of a piece that lies at a given offset of the packet.</summary>
    /// <param name="sum">The sum so far.</param>
    /// <param name="piece">What <see cref="Sum"/> gave for the piece alone.</param>
    /// <param name="offset">Where the piece begins, counted from where the summed bytes begin.</param>
    public static ulong JoinAt(ulong sum, ulong piece, int offset) =>
        Join(sum, (offset & 1) == 0 ? piece : BitOperations.RotateLeft(piece, 8));

    /// <summary>The sum of one 16-bit field.</summary>
    /// <param name="value">The number the field holds.</param>
    public static ulong OfField(int value) => BinaryPrimitives.ReverseEndianness((ushort)value);

    /// <summary>The sum of one 32-bit field.</summary>
    /// <param name="value">The number the field holds.</param>
    public static ulong OfField(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <summary>The sum of a pseudo header (RFC 9293, 3.1; RFC 8200, 8.1): the same for IPv4 and IPv6, for the words between are 0.</summary>
    /// <param name="addresses">Source and destination as they lie in the IP header: 8 or 32 bytes.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="length">Bytes of the transport header and its payload.</param>
    public static ulong SumPseudoHeader(ReadOnlySpan<byte> addresses, byte protocol, int length) =>
        Sum(addresses) + OfField(protocol) + OfField((uint)length);

    /// <summary>The ones' complement sum as a header field would hold it; 0xFFFF over a packet that carries its right checksum.</summary>
    /// <param name="sum">An unfolded sum.</param>
    public static ushort Fold(ulong sum)
    {
        sum = (uint)sum + (sum >> 32);
        sum = (uint)sum + (sum >> 32);
        uint half = ((uint)sum & 0xFFFF) + ((uint)sum >> 16);
        half = (half & 0xFFFF) + (half >> 16);
        return BinaryPrimitives.ReverseEndianness((ushort)half);
    }

    /// <summary>The checksum: the complement of <see cref="Fold"/>.</summary>
    /// <param name="sum">The sum of everything covered, with 0 in the checksum field.</param>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>The checksum of a UDP datagram: 0 would mean "none", so 0xFFFF, which sums the same, stands for it (RFC 768).</summary>
    /// <param name="sum">The sum of everything covered, with 0 in the checksum field.</param>
    public static ushort FinishNonZero(ulong sum)
    {
        ushort checksum = Finish(sum);
        return checksum == 0 ? (ushort)0xFFFF : checksum;
    }

    /// <summary>The checksum after one 16-bit word of the packet changed (RFC 1624, equation 3).</summary>
    /// <param name="checksum">The checksum before.</param>
    /// <param name="before">The word before.</param>
    /// <param name="after">The word after.</param>
    public static ushort Update(ushort checksum, ushort before, ushort after)
    {
        uint sum = (ushort)~checksum + (uint)(ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static ulong SumLanes(Vector256<ulong> all, Vector256<ulong> high)
    {
        ulong upper = Vector256.Sum(high);
        return Vector256.Sum(all) - (upper << 32) + upper;
    }

    private static ulong SumTail(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            sum += (uint)word + (word >> 32);
            bytes = bytes[sizeof(ulong)..];
        }

        if (bytes.Length >= sizeof(uint))
        {
            sum += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[sizeof(uint)..];
        }

        if (bytes.Length >= sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
        }

        return bytes.IsEmpty ? sum : sum + bytes[0];
    }
}
