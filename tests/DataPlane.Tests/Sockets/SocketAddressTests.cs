// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Sockets;

namespace DataPlane.Tests.Sockets;

/// <summary>An address as text, by two ways: one for whoever may allocate, one for whoever may not.</summary>
public sealed class SocketAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "1701")]
    [InlineData("255.255.255.255", "65535")]
    [InlineData("192.0.2.1", null)]
    [InlineData("::", "1")]
    [InlineData("::1", null)]
    [InlineData("2001:db8:0:0:1:0:0:1", "1701")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "65535")]
    [InlineData("::ffff:192.0.2.1", "1701")]
    [InlineData("fe80::1%lo", "1701")]
    [InlineData("fe80::1%lo", null)]
    public void Both_texts_are_the_same(string address, string? port)
    {
        SocketAddress it = AddressResolver.Resolve("dst", address, port, ipv6: address.Contains(':', System.StringComparison.Ordinal));
        char[] text = new char[SocketAddress.MaximumText];
        Assert.Equal(it.ToString(), new string(text, 0, it.Format(text)));
    }
}
