// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Sockets;

/// <summary>What stands in the way of a socket, in words that name the option and the remedy.</summary>
public sealed class SocketOpenerTests(Lab lab)
{
    private const int CapNetBindService = 10;
    private const int CapNetRaw = 13;

    [Fact]
    public void A_port_in_use_is_named()
    {
        string address = lab.Subnet().Plane;
        using DatagramSocket first = lab.Run(() => SocketOpener.Open(Udp(address, "127.0.0.1")));
        AssertRefused(
            Udp(address, "127.0.0.1"),
            LinuxConstants.EADDRINUSE,
            $"srcport=1701 is in use on src={address}; choose another srcport=, or end the program that uses it");
    }

    [Fact]
    public void An_address_of_another_host_is_named() => AssertRefused(
        Udp("192.0.2.1", "127.0.0.1"),
        LinuxConstants.EADDRNOTAVAIL,
        "src=192.0.2.1 is not an address of this host; give one of its addresses");

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", true)]
    public void Raw_IP_without_CAP_NET_RAW_says_what_to_do(string address, bool ipv6) => AssertRefused(
        Plan(address, null, address, null, ipv6),
        LinuxConstants.EPERM,
        "udp=off (raw IP, protocol 115) needs CAP_NET_RAW; start QEMU with that capability, pass it a socket (fd=), or use udp=on",
        without: CapNetRaw);

    [Fact]
    public void A_low_port_without_its_capability_says_what_to_do() => AssertRefused(
        Plan("127.0.0.1", "17", "127.0.0.1", "17", ipv6: false),
        LinuxConstants.EACCES,
        "srcport=17 needs CAP_NET_BIND_SERVICE; choose a port above 1023, or pass QEMU a socket (fd=)",
        without: CapNetBindService);

    [Fact]
    public void A_peer_that_cannot_be_one_is_named_with_both_ends()
    {
        string address = lab.Subnet().Plane;
        AssertRefused(
            Udp(address, "255.255.255.255"),
            LinuxConstants.EACCES,
            $"dst=255.255.255.255:1702 cannot be a peer of src={address}:1701 (Permission denied); check both addresses");
    }

    [Fact]
    public void The_kernel_inherits_no_descriptor_to_a_child_and_no_call_blocks()
    {
        using DatagramSocket socket = lab.Run(() => SocketOpener.Open(Udp(lab.Subnet().Plane, "127.0.0.1")));
        string info = System.IO.File.ReadAllText($"/proc/self/fdinfo/{socket.Descriptor}");

        // O_CLOEXEC | O_NONBLOCK | O_RDWR, octal.
        Assert.Contains("flags:\t02004002", info, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_socket_has_no_descriptor()
    {
        DatagramSocket socket = lab.Run(() => SocketOpener.Open(Udp(lab.Subnet().Plane, "127.0.0.1")));
        Assert.True(socket.IsReady);
        socket.Dispose();
        socket.Dispose();
        Assert.Equal(-1, socket.Descriptor);
    }

    private static SocketPlan Udp(string source, string destination) => Plan(source, "1701", destination, "1702", ipv6: false);

    private static SocketPlan Plan(string source, string? sourcePort, string destination, string? destinationPort, bool ipv6)
    {
        NetdevOptions options = new()
        {
            Source = source,
            SourcePort = sourcePort,
            Destination = destination,
            DestinationPort = destinationPort,
            Ipv6 = ipv6,
            Udp = sourcePort is not null,
            TransmitSessionId = 1,
        };
        SessionParameters parameters = options.ToSessionParameters();
        return SocketPlan.Make(options, parameters, new Settings());
    }

    private void AssertRefused(SocketPlan plan, int errno, string message, int? without = null)
    {
        OptionException e = Assert.Throws<OptionException>(() => lab.Run(() =>
        {
            if (without is not null)
            {
                SystemCalls.DropCapability(without.Value);
            }

            return SocketOpener.Open(plan);
        }));
        Assert.Equal(message, e.Message);
        Assert.Equal(errno, e.Errno);
    }
}
