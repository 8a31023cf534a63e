// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;
using SocketAddress = L2tpv3.DataPlane.Sockets.SocketAddress;

namespace DataPlane.Tests.Sockets;

public sealed class AddressResolverTests
{
    [Fact]
    public void An_IPv4_address_and_port_become_the_literal_sockaddr_in()
    {
        SocketAddress address = AddressResolver.Resolve("src", "192.0.2.1", "1701", ipv6: false);
        Assert.Equal<byte>([2, 0, 0x06, 0xA5, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0], address.Bytes);
        Assert.Equal("192.0.2.1:1701", address.ToString());
        Assert.Equal(1701, address.Port);
        Assert.False(address.IsIpv6);
    }

    [Fact]
    public void An_IPv6_address_and_port_become_the_literal_sockaddr_in6()
    {
        SocketAddress address = AddressResolver.Resolve("src", "2001:db8::1", "1701", ipv6: true);
        Assert.Equal<byte>(
            [10, 0, 0x06, 0xA5, 0, 0, 0, 0, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
            address.Bytes);
        Assert.Equal("[2001:db8::1]:1701", address.ToString());
        Assert.True(address.IsIpv6);
    }

    [Fact]
    public void A_link_local_address_keeps_its_interface()
    {
        SocketAddress address = AddressResolver.Resolve("src", "fe80::1%lo", service: null, ipv6: true);
        Assert.Equal(IPAddress.Parse("fe80::1%1"), address.Address);
        Assert.Equal("fe80::1%1", address.ToString());
    }

    [Fact]
    public void A_host_name_and_a_service_name_resolve()
    {
        Assert.Equal(IPAddress.Loopback, AddressResolver.Resolve("dst", "localhost", service: null, ipv6: false).Address);
        Assert.Equal(53, AddressResolver.Resolve("dst", "127.0.0.1", "domain", ipv6: false).Port);
    }

    [Fact]
    public void Raw_IP_has_port_0_and_shows_none()
    {
        SocketAddress address = AddressResolver.Resolve("src", "192.0.2.1", service: null, ipv6: false);
        Assert.Equal(0, address.Port);
        Assert.Equal("192.0.2.1", address.ToString());
    }

    [Theory]
    [InlineData("0.0.0.0", false, true)]
    [InlineData("::", true, true)]
    [InlineData("0.0.0.1", false, false)]
    [InlineData("::1", true, false)]
    public void The_wildcard_address_is_known(string host, bool ipv6, bool expected) =>
        Assert.Equal(expected, AddressResolver.Resolve("src", host, service: null, ipv6).IsAny);

    [Fact]
    public void An_address_of_the_other_family_is_refused_with_the_option_to_change()
    {
        AssertRefused("src", "::1", null, ipv6: false, "src=::1 is an IPv6 address, but ipv6= is off; add ipv6=on");
        AssertRefused("dst", "127.0.0.1", null, ipv6: true, "dst=127.0.0.1 is an IPv4 address, but ipv6=on; leave ipv6=on out or give an IPv6 address");
    }

    [Theory]
    [InlineData("src", false, "; check the name, or add ipv6=on if it has IPv6 addresses only")]
    [InlineData("dst", true, "; check the name")]
    public void A_name_that_does_not_resolve_is_refused(string option, bool ipv6, string remedy)
    {
        // RFC 6761: nothing below `invalid` ever resolves.
        OptionException e = Assert.Throws<OptionException>(() => AddressResolver.Resolve(option, "no.such.host.invalid", null, ipv6));
        Assert.StartsWith($"{option}=no.such.host.invalid does not resolve to an IPv{(ipv6 ? 6 : 4)} address (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(remedy, e.Message, StringComparison.Ordinal);
        Assert.Equal(LinuxConstants.EADDRNOTAVAIL, e.Errno);
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("99999")]
    [InlineData("18446744073709551615")]
    [InlineData("+70000")]
    [InlineData(" 70000")]
    [InlineData("no-such-service")]
    [InlineData("1701x")]
    [InlineData("-1")]
    public void A_port_that_is_none_is_refused(string port)
    {
        OptionException e = Assert.Throws<OptionException>(() => AddressResolver.Resolve("dst", "127.0.0.1", port, ipv6: false));
        Assert.StartsWith($"dstport={port} is not a UDP port (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; give a number from 1 to 65535 or a service name", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("65535", 65535)]
    public void The_first_and_the_last_port_are_ports(string port, int expected) =>
        Assert.Equal(expected, AddressResolver.Resolve("dst", "127.0.0.1", port, ipv6: false).Port);

    private static void AssertRefused(string option, string host, string? port, bool ipv6, string message)
    {
        OptionException e = Assert.Throws<OptionException>(() => AddressResolver.Resolve(option, host, port, ipv6));
        Assert.Equal(message, e.Message);
    }
}
