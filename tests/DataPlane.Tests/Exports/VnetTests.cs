// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Exports;

namespace DataPlane.Tests.Exports;

/// <summary>As long as the plane has no vnet header, it must not offer one.</summary>
public sealed unsafe class VnetTests
{
    [Fact]
    public void No_vnet_header_is_offered()
    {
        delegate* unmanaged[Cdecl]<void*, int> has = &VnetExports.HasVnetHeader;
        Assert.Equal(0, has(null));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 0)]
    [InlineData(12, 0)]
    [InlineData(20, 0)]
    public void The_only_vnet_header_length_is_none(int length, int expected)
    {
        delegate* unmanaged[Cdecl]<void*, int, int> has = &VnetExports.HasVnetHeaderLength;
        Assert.Equal(expected, has(null, length));
    }
}
