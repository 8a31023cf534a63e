// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.Wire;

public sealed class InternetChecksumTests
{
    private const int LongestLength = 9001;
    private const int Alignments = 16;

    private static readonly byte[] s_bytes = TestKit.TestFrames.Create(LongestLength + Alignments + 1, seed: 7);

    private static readonly Gen<byte[]> s_anyBytes = ArbMap.Default.GeneratorFor<byte[]>();

    /// <summary>RFC 1071, 3: the example in the text.</summary>
    [Fact]
    public void The_example_of_RFC_1071_sums_to_ddf2()
    {
        ulong sum = InternetChecksum.Sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        Assert.Equal(0xddf2, InternetChecksum.Fold(sum));
        Assert.Equal(0x220d, InternetChecksum.Finish(sum));
    }

    [Fact]
    public void Nothing_sums_to_0_and_only_zeros_do()
    {
        Assert.Equal(0, InternetChecksum.Fold(InternetChecksum.Sum([])));
        Assert.Equal(0, InternetChecksum.Fold(InternetChecksum.Sum(new byte[100])));
        Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Sum([0xFF, 0xFF])));
    }

    /// <summary>The reference is carried along: its sum of n + 1 bytes is its sum of n bytes and one byte more.</summary>
    [Fact]
    public void The_sum_of_every_length_to_9001_at_every_alignment_is_the_naive_one()
    {
        for (int alignment = 0; alignment < Alignments; alignment++)
        {
            ReadOnlySpan<byte> bytes = s_bytes.AsSpan(alignment);
            uint expected = 0;
            for (int length = 0; length <= LongestLength; length++)
            {
                if (InternetChecksum.Fold(InternetChecksum.Sum(bytes[..length])) != expected)
                {
                    Assert.Fail($"length {length}, alignment {alignment}");
                }

                expected += (length & 1) == 0 ? (uint)bytes[length] << 8 : bytes[length];
                expected = (expected & 0xFFFF) + (expected >> 16);
            }
        }
    }

    [Fact]
    public void The_carried_reference_is_the_reference()
    {
        Assert.Equal(ReferenceChecksum.Fold(s_bytes), InternetChecksum.Fold(InternetChecksum.Sum(s_bytes)));
    }

    [Fact]
    public void Copying_sums_and_copies_every_length_at_every_alignment()
    {
        byte[] copy = new byte[2048 + Alignments + 1];
        for (int alignment = 0; alignment < Alignments; alignment++)
        {
            for (int length = 0; length <= 2048; length++)
            {
                ReadOnlySpan<byte> source = s_bytes.AsSpan(alignment, length);
                Span<byte> destination = copy.AsSpan(Alignments - alignment, length);
                copy.AsSpan().Fill(0xA5);

                ulong sum = InternetChecksum.CopyAndSum(source, destination);

                bool isRight = sum == InternetChecksum.Sum(source) && destination.SequenceEqual(source)
                    && copy.AsSpan(0, Alignments - alignment).IndexOfAnyExcept((byte)0xA5) < 0
                    && copy.AsSpan(Alignments - alignment + length).IndexOfAnyExcept((byte)0xA5) < 0;
                if (!isRight)
                {
                    Assert.Fail($"length {length}, alignment {alignment}");
                }
            }
        }
    }

    /// <summary>Which bytes are copied how depends on the alignment that the caller states; the result does not.</summary>
    [Fact]
    public void Copying_to_a_place_of_known_alignment_sums_and_copies_the_same()
    {
        byte[] copy = new byte[600];
        for (int alignment = 0; alignment < 2 * Alignments; alignment++)
        {
            for (int length = 0; length <= 500; length++)
            {
                ReadOnlySpan<byte> source = s_bytes.AsSpan(3, length);
                copy.AsSpan().Fill(0xA5);

                ulong sum = InternetChecksum.CopyAndSum(source, copy.AsSpan(Alignments, length), alignment);

                bool isRight = InternetChecksum.Fold(sum) == ReferenceChecksum.Fold(source)
                    && copy.AsSpan(Alignments, length).SequenceEqual(source)
                    && copy.AsSpan(0, Alignments).IndexOfAnyExcept((byte)0xA5) < 0
                    && copy.AsSpan(Alignments + length).IndexOfAnyExcept((byte)0xA5) < 0;
                if (!isRight)
                {
                    Assert.Fail($"length {length}, alignment {alignment}");
                }
            }
        }
    }

    /// <summary>
    /// A guest can change its memory while it is read. Here the copy itself changes the source, since they overlap: what is
    /// read a second time is not what it was.
    /// </summary>
    [Fact]
    public void The_sum_is_that_of_the_copy_when_the_source_changes_meanwhile()
    {
        byte[] memory = new byte[400];
        for (int length = 1; length <= 300; length++)
        {
            for (int shift = 1; shift <= 64; shift++)
            {
                for (int alignment = -1; alignment < Alignments; alignment++)
                {
                    s_bytes.AsSpan(0, memory.Length).CopyTo(memory);
                    ReadOnlySpan<byte> source = memory.AsSpan(0, length);
                    Span<byte> destination = memory.AsSpan(shift, length);

                    ulong sum = alignment < 0 ? InternetChecksum.CopyAndSum(source, destination) : InternetChecksum.CopyAndSum(source, destination, alignment);

                    if (InternetChecksum.Fold(sum) != ReferenceChecksum.Fold(destination))
                    {
                        Assert.Fail($"length {length}, shift {shift}, alignment {alignment}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Bytes_of_all_ones_do_not_overflow_the_sum_of_the_longest_frame()
    {
        byte[] ones = new byte[69_632];
        ones.AsSpan().Fill(0xFF);
        Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Sum(ones)));
        Assert.Equal(ReferenceChecksum.Fold(ones.AsSpan(1)), InternetChecksum.Fold(InternetChecksum.Sum(ones.AsSpan(1))));
    }

    [Fact]
    public void A_carry_out_of_the_top_comes_round()
    {
        Assert.Equal(1ul, InternetChecksum.Join(ulong.MaxValue, 1));
        Assert.Equal(ulong.MaxValue, InternetChecksum.Join(ulong.MaxValue, ulong.MaxValue));
        Assert.Equal(0xFFFF, InternetChecksum.Fold(ulong.MaxValue));
    }

    [Fact]
    public void Pieces_split_at_any_offsets_sum_to_the_whole()
    {
        Gen<(byte[] Bytes, int[] Cuts)> cases =
            from bytes in s_anyBytes
            from cuts in Gen.Choose(0, Math.Max(bytes.Length, 1)).ArrayOf()
            select (bytes, cuts);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            int[] cuts = [0, .. test.Cuts, test.Bytes.Length];
            Array.Sort(cuts);
            ulong sum = 0;
            for (int i = 1; i < cuts.Length; i++)
            {
                int from = Math.Min(cuts[i - 1], test.Bytes.Length);
                int to = Math.Min(cuts[i], test.Bytes.Length);
                sum = InternetChecksum.JoinAt(sum, InternetChecksum.Sum(test.Bytes.AsSpan(from, to - from)), from);
            }

            return InternetChecksum.Fold(sum) == ReferenceChecksum.Fold(test.Bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_checksum_updated_for_a_changed_word_is_the_checksum_of_the_changed_bytes()
    {
        Prop.ForAll(Numbers.UInt16.ToArbitrary(), Numbers.UInt16.ToArbitrary(), Numbers.UInt64.ToArbitrary(), (before, after, rest) =>
        {
            // Never a packet of zeros only: there the two zeros of ones' complement differ, and no packet is that.
            byte[] bytes = [0x45, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), rest);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), before);
            ushort checksum = ReferenceChecksum.Of(bytes);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), after);
            return InternetChecksum.Update(checksum, before, after) == ReferenceChecksum.Of(bytes);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>RFC 1624, 4: the case where the older equation 2 gives 0xFFFF.</summary>
    [Fact]
    public void The_example_of_RFC_1624_updates_to_0000()
    {
        Assert.Equal(0x0000, InternetChecksum.Update(0xdd2f, 0x5555, 0x3285));
    }

    [Fact]
    public void A_field_sums_as_the_bytes_it_is_written_as()
    {
        Assert.Equal(0x1234, InternetChecksum.Fold(InternetChecksum.OfField(0x1234)));
        Assert.Equal(ReferenceChecksum.Fold([0x12, 0x34, 0x56, 0x78]), InternetChecksum.Fold(InternetChecksum.OfField(0x1234_5678u)));
    }

    [Fact]
    public void A_udp_checksum_of_0_is_written_as_ffff()
    {
        Assert.Equal(0xFFFF, InternetChecksum.FinishNonZero(InternetChecksum.OfField(0xFFFF)));
        Assert.Equal(0x0001, InternetChecksum.FinishNonZero(InternetChecksum.OfField(0xFFFE)));
    }

    [Fact]
    public void No_byte_outside_is_read_or_written()
    {
        using BoundedMemory source = new(400);
        using BoundedMemory destination = new(400);
        source.AtStart(source.Size).Fill(1);
        for (int length = 0; length <= 400; length++)
        {
            int expected = ReferenceChecksum.Fold(source.AtEnd(length));
            Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.Sum(source.AtEnd(length))));
            Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.CopyAndSum(source.AtEnd(length), destination.AtEnd(length))));
            Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.CopyAndSum(source.AtStart(length), destination.AtStart(length))));
        }
    }
}
