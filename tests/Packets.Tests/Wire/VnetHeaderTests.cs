// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Wire;

public sealed class VnetHeaderTests
{
    private static readonly byte[] s_tsoFrame = [0x01, 0x81, 0x42, 0x00, 0xa8, 0x05, 0x22, 0x00, 0x10, 0x00];

    [Fact]
    public void The_fields_are_read_from_their_little_endian_bytes()
    {
        Assert.True(VnetHeader.TryRead(s_tsoFrame, out VnetHeader header));
        Assert.Equal(VnetHeader.NeedsChecksum, header.Flags);
        Assert.Equal(GsoType.TcpIpv4 | GsoType.Ecn, header.GsoType);
        Assert.Equal(66, header.HdrLen);
        Assert.Equal(1448, header.GsoSize);
        Assert.Equal(34, header.CsumStart);
        Assert.Equal(16, header.CsumOffset);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(24)]
    public void The_header_is_written_at_every_length_with_zeros_behind_its_fields(int length)
    {
        Assert.True(VnetHeader.TryRead(s_tsoFrame, out VnetHeader header));
        byte[] written = new byte[length];
        written.AsSpan().Fill(0xEE);

        header.Write(written);

        Assert.True(VnetHeader.IsLength(length));
        Assert.Equal([.. s_tsoFrame, .. Enumerable.Repeat((byte)0, length - 10)], written);
    }

    [Fact]
    public void Nine_bytes_are_no_header()
    {
        Assert.False(VnetHeader.TryRead(s_tsoFrame.AsSpan(0, 9), out _));
    }

    [Fact]
    public void What_lies_behind_the_fields_is_not_read()
    {
        Assert.True(VnetHeader.TryRead([.. s_tsoFrame, 1, 2, 3, 4], out VnetHeader header));
        Assert.Equal(16, header.CsumOffset);
    }

    [Fact]
    public void No_other_length_is_one_a_nic_sets()
    {
        Assert.Equal([10, 12, 20, 24], Enumerable.Range(-1, 70_000).Where(VnetHeader.IsLength));
    }
}
