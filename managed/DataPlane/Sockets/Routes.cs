// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which errors of connect(2) a route can mend.
//
//     route or rule of type    IPv4           IPv6                       what else says so
//     none, throw              ENETUNREACH    ENETUNREACH                nothing
//     unreachable              EHOSTUNREACH   EHOSTUNREACH               nothing
//     prohibit                 EACCES         EACCES                     a broadcast address
//     blackhole                EINVAL         EINVAL                     addresses that cannot be a pair
//
// Somebody puts such routes there for a time (a routing daemon that has lost its neighbour, a failover script), and a VM
// must start meanwhile. What no route mends is refused at once: it is a mistake in the options.

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Tells a route that is missing from addresses that are wrong.</summary>
internal static unsafe class Routes
{
    private const byte Loopback = 127;

    /// <summary>Whether connect(2) may succeed some day with the same addresses.</summary>
    /// <param name="descriptor">The socket, which is not connected.</param>
    /// <param name="error">What connect(2) has said.</param>
    /// <param name="source">This end.</param>
    /// <param name="destination">The peer.</param>
    public static bool IsMissing(int descriptor, Errno error, SocketAddress source, SocketAddress destination) => error.Value switch
    {
        LinuxConstants.EACCES => !IsBroadcast(descriptor, destination),
        LinuxConstants.EINVAL => !IsNoPair(source, destination),
        _ => error.IsUnreachable,
    };

    /// <summary>Where the type of a route is the reason, in words for a log line.</summary>
    public static string Hint(Errno error) => error.Value switch
    {
        LinuxConstants.EACCES => " (a route or rule of type prohibit forbids it)",
        LinuxConstants.EINVAL => " (a route or rule of type blackhole forbids it)",
        _ => string.Empty,
    };

    /// <summary>Only with SO_BROADCAST does a socket connect to a broadcast address; a route forbids both.</summary>
    private static bool IsBroadcast(int descriptor, SocketAddress destination)
    {
        if (destination.IsIpv6)
        {
            return false;
        }

        SetBroadcast(descriptor, 1);
        bool isBroadcast = SocketOpener.Connect(descriptor, destination).IsNone;
        SetBroadcast(descriptor, 0);
        return isBroadcast;
    }

    /// <summary>Loopback does not leave the host, 0.0.0.0/8 is nobody, and a link-local address needs its interface.</summary>
    private static bool IsNoPair(SocketAddress source, SocketAddress destination)
    {
        if (destination.IsIpv6)
        {
            return destination.Address.IsIPv6LinkLocal && destination.Address.ScopeId == 0;
        }

        byte to = destination.AddressBytes[0];
        return to == 0 || (source.AddressBytes[0] == Loopback && to != Loopback);
    }

    private static void SetBroadcast(int descriptor, int value) =>
        // SAFETY: the option takes an int, which lives on this stack.
        _ = Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BROADCAST, &value, sizeof(int));
}
