// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using TestKit;

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
}
