// SPDX-License-Identifier: GPL-2.0-or-later
//
// fd=N: a socket that whoever starts QEMU has opened, because QEMU may not: raw IP without CAP_NET_RAW, a low port.
//
// It is looked at before anything is done to it, and used by a descriptor of its own. So after an error the number is what it
// was before; after success it is closed, and the socket ends with its netdev.
//
// What QEMU opens it opens with O_CLOEXEC, which nothing that was inherited can have (execve(2)). That tells a socket that
// is meant from one that QEMU uses itself. Where QEMU does not, and for what another netdev was given, the shim sets the flag
// before it calls (native/shim/descriptors.h).

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Checks sockets that were handed in, and takes them over.</summary>
internal static unsafe class InheritedSocket
{
    /// <summary>Another descriptor for the socket of a plan that names one.</summary>
    /// <returns>The caller's own, closed by execve(2).</returns>
    /// <exception cref="OptionException">It is not what the netdev needs.</exception>
    public static int Copy(int number, SocketPlan plan)
    {
        CheckInherited(number);
        CheckKind(number, plan);
        CheckPeer(number);
        CheckAddress(number, plan);
        CheckLife(number);
        int copy = Libc.fcntl(number, LinuxConstants.F_DUPFD_CLOEXEC, 0);
        Errno error = copy < 0 ? Errno.Last : default;
        if (copy < 0)
        {
            throw Refused(number, $"cannot be copied ({error}); check the limits of the process", error.Value);
        }

        try
        {
            InheritedOptions.Reset(copy, number, plan);
            return copy;
        }
        catch
        {
            _ = Libc.close(copy);
            throw;
        }
    }

    /// <summary>shutdown(2) has ended reading; no call undoes that.</summary>
    public static bool IsShutDown(int descriptor)
    {
        pollfd entry = new() { fd = descriptor, events = LinuxConstants.POLLRDHUP };
        // SAFETY: one entry, which lives on this stack.
        return Libc.poll(&entry, 1, 0) > 0 && (entry.revents & (LinuxConstants.POLLRDHUP | LinuxConstants.POLLHUP)) != 0;
    }

    /// <summary>The socket was handed in, and bound.</summary>
    public static bool IsBound(int descriptor, SocketPlan plan) =>
        plan.PacketSettings.Descriptor is not null && LocalAddress(descriptor, plan) is { } local && IsBound(local, plan);

    /// <summary>The netdev has the socket now: nobody else keeps it open, and no call on it waits.</summary>
    public static void Keep(DatagramSocket socket, SocketPlan plan)
    {
        if (plan.PacketSettings.Descriptor is { } number)
        {
            int flags = Libc.fcntl(socket.Descriptor, LinuxConstants.F_GETFL, 0);
            _ = Libc.fcntl(socket.Descriptor, LinuxConstants.F_SETFL, flags | LinuxConstants.O_NONBLOCK);
            _ = Libc.close(number);
        }
    }

    private static void CheckInherited(int number)
    {
        int flags = Libc.fcntl(number, LinuxConstants.F_GETFD, 0);
        if (flags < 0)
        {
            throw Refused(number, "is not open; open it in the program that starts QEMU, and let QEMU inherit it", LinuxConstants.EBADF);
        }

        if ((flags & LinuxConstants.FD_CLOEXEC) != 0)
        {
            throw Refused(number, "is not inherited: QEMU opened it itself, or another netdev uses it; give the number of a socket that the program that starts QEMU has opened");
        }
    }

    private static void CheckKind(int number, SocketPlan plan)
    {
        bool udp = plan.Carrier == Carrier.Udp;
        bool fits = Option(number, LinuxConstants.SO_DOMAIN) == (plan.IsIpv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET)
            && Option(number, LinuxConstants.SO_TYPE) == (udp ? LinuxConstants.SOCK_DGRAM : LinuxConstants.SOCK_RAW)
            && Option(number, LinuxConstants.SO_PROTOCOL) == (udp ? LinuxConstants.IPPROTO_UDP : LinuxConstants.IPPROTO_L2TP);
        if (!fits)
        {
            string family = plan.IsIpv6 ? "IPv6" : "IPv4";
            string wanted = udp ? $"a UDP socket of {family}" : $"a raw socket of {family} and protocol 115";
            throw Refused(number, $"is not {wanted}; check udp= and ipv6=, or open another");
        }
    }

    /// <summary>A connected socket would keep what came from its peer, and refuse what comes from ours.</summary>
    private static void CheckPeer(int number)
    {
        byte* address = stackalloc byte[LinuxConstants.sizeof_sockaddr_in6];
        uint length = LinuxConstants.sizeof_sockaddr_in6;
        // SAFETY: address has length bytes, and the kernel writes no more.
        if (Libc.getpeername(number, address, &length) == 0)
        {
            throw Refused(number, "is connected already; do not connect it, the netdev does that");
        }
    }

    private static void CheckLife(int number)
    {
        if (IsShutDown(number))
        {
            throw Refused(number, "is shut down (shutdown(2)), which cannot be undone; open another");
        }
    }

    private static void CheckAddress(int number, SocketPlan plan)
    {
        SocketAddress? local = LocalAddress(number, plan);
        if (local is not null && IsBound(local, plan) && !IsMeant(local, plan.Source))
        {
            throw Refused(number, $"is bound to {local}, and not to src={plan.Source}; give both the same address");
        }
    }

    /// <summary>srcport=0 is any port.</summary>
    private static bool IsMeant(SocketAddress local, SocketAddress source) =>
        source.IsSameAs(source.Port == 0 ? local.WithPort(0).Bytes : local.Bytes);

    private static bool IsBound(SocketAddress local, SocketPlan plan) => plan.Carrier == Carrier.Udp ? local.Port != 0 : !local.IsAny;

    /// <summary>getsockname(2).</summary>
    public static SocketAddress? LocalAddress(int descriptor, SocketPlan plan)
    {
        byte* address = stackalloc byte[LinuxConstants.sizeof_sockaddr_in6];
        uint length = LinuxConstants.sizeof_sockaddr_in6;
        // SAFETY: address has length bytes; an address of either family is no longer.
        if (Libc.getsockname(descriptor, address, &length) != 0)
        {
            return null;
        }

        SocketAddress local = new(new ReadOnlySpan<byte>(address, (int)length));
        // A raw socket tells its protocol for a port.
        return plan.Carrier == Carrier.Udp ? local : local.WithPort(0);
    }

    private static int Option(int descriptor, int option)
    {
        int value = -1;
        uint length = sizeof(int);
        // SAFETY: each of these options gives an int, which lives on this stack.
        return Libc.getsockopt(descriptor, LinuxConstants.SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
    }

    private static OptionException Refused(int number, string why, int errno = LinuxConstants.EINVAL) => new($"fd={number} {why}", errno);
}
