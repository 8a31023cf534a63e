// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets.Wire;

namespace DataPlane.Tests.Memory;

public sealed unsafe class GuestFrameTests
{
    [Fact]
    public void The_pieces_are_read_to_their_ends_and_not_beyond()
    {
        using BoundedMemory first = new(7);
        using BoundedMemory second = new(1);
        using BoundedMemory copy = new(8);
        first.AtEnd(7).Fill(1);
        second.AtEnd(1).Fill(2);
        fixed (byte* a = first.AtEnd(7))
        fixed (byte* b = second.AtEnd(1))
        {
            iovec* pieces = stackalloc iovec[] { new() { iov_base = a, iov_len = 7 }, new() { iov_base = b, iov_len = 1 } };
            GuestFrame frame = new(pieces, 2);
            Assert.Equal(8, frame.Length);
            frame.CopyTo(copy.AtEnd(8));
        }

        Assert.Equal<byte>([1, 1, 1, 1, 1, 1, 1, 2], copy.AtEnd(8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void No_pieces_are_an_empty_frame(int count)
    {
        GuestFrame frame = new(null, count);
        Assert.Equal(0, frame.Length);
        frame.CopyTo([]);
    }

    [Fact]
    public void A_destination_that_is_too_short_gets_the_first_bytes_and_is_not_overrun()
    {
        byte* bytes = stackalloc byte[8] { 1, 2, 3, 4, 5, 6, 7, 8 };
        iovec piece = new() { iov_base = bytes, iov_len = 8 };
        GuestFrame frame = new(&piece, 1);
        using BoundedMemory copy = new(7);
        frame.CopyTo(copy.AtEnd(7));

        Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7], copy.AtEnd(7).ToArray());
    }

    /// <summary>Cut by the guest at some places and read to others, with empty pieces between.</summary>
    [Fact]
    public void What_is_read_piece_by_piece_is_the_frame_and_has_its_sums()
    {
        byte[] bytes = TestFrames.Create(3000, seed: 3);
        byte[] copy = new byte[bytes.Length];
        iovec* pieces = stackalloc iovec[5];
        for (int seed = 0; seed < 500; seed++)
        {
            int cut = 1 + (seed * 37 % 1400);
            int read = 1 + (seed * 101 % 1500);
            fixed (byte* start = bytes)
            {
                pieces[0] = new() { iov_base = start, iov_len = (nuint)cut };
                pieces[1] = new() { iov_base = start + cut, iov_len = 0 };
                pieces[2] = new() { iov_base = start + cut, iov_len = (nuint)(cut / 2) };
                pieces[3] = new() { iov_base = start + cut + (cut / 2), iov_len = (nuint)(bytes.Length - cut - (cut / 2)) };
                pieces[4] = new() { iov_base = start, iov_len = 0 };
                GuestFrame rest = new(pieces, 5);
                int at = 0;
                while (rest.Length != 0)
                {
                    int length = Math.Min(read, rest.Length);
                    ulong sum = rest.CopyAndSum(copy.AsSpan(at, length), out rest);
                    Assert.Equal(Packets.Tests.Offload.ReferenceChecksum.Fold(bytes.AsSpan(at, length)), InternetChecksum.Fold(sum));
                    at += length;
                    Assert.Equal(bytes.Length - at, rest.Length);
                }
            }

            Assert.True(copy.AsSpan().SequenceEqual(bytes), $"pieces of {cut}, read by {read}");
            copy.AsSpan().Clear();
        }
    }
}
