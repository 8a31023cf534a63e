// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Text;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Sets what the user has asked for of the tunnel's packets. Each refusal of the kernel is an error of its setting.</summary>
internal static unsafe class SocketTuning
{
    /// <summary>As ip(7) and ipv6(7) have it for a TTL and a hop limit.</summary>
    public const int SystemDefault = -1;

    /// <summary>Sets the options that must be there before bind(2) and connect(2), since they choose the route.</summary>
    /// <exception cref="OptionException">The kernel refuses one.</exception>
    public static void Apply(int descriptor, SocketPlan plan)
    {
        SocketSettings settings = plan.PacketSettings;
        if (settings.Device is not null)
        {
            BindToDevice(descriptor, settings.Device);
        }

        if (settings.Tos is { } tos)
        {
            SetTos(descriptor, plan.IsIpv6, tos);
        }

        if (settings.Ttl is { } ttl)
        {
            SetTtl(descriptor, plan.IsIpv6, ttl);
        }

        if (settings.UdpChecksum is false)
        {
            SkipChecksum(descriptor, plan.IsIpv6);
        }
    }

    /// <summary>tos=.</summary>
    /// <exception cref="OptionException">The kernel refuses it.</exception>
    public static void SetTos(int descriptor, bool ipv6, int tos) =>
        Set(descriptor, Level(ipv6), ipv6 ? LinuxConstants.IPV6_TCLASS : LinuxConstants.IP_TOS, tos, "tos=");

    /// <summary>ttl=; null: the system's default.</summary>
    /// <exception cref="OptionException">The kernel refuses it.</exception>
    public static void SetTtl(int descriptor, bool ipv6, int? ttl) =>
        Set(descriptor, Level(ipv6), ipv6 ? LinuxConstants.IPV6_UNICAST_HOPS : LinuxConstants.IP_TTL, ttl ?? SystemDefault, "ttl=");

    /// <summary>gro=on.</summary>
    /// <exception cref="OptionException">The kernel does not know it (before 5.0).</exception>
    public static void BeginCoalescing(int descriptor) =>
        Set(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_GRO, 1, "gro=");

    /// <summary>The same, without a word.</summary>
    public static void TryBeginCoalescing(int descriptor)
    {
        int on = 1;
        // SAFETY: the option takes an int, which lives on this stack.
        _ = Libc.setsockopt(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_GRO, &on, sizeof(int));
    }

    /// <summary>gro=off; a kernel that does not know it has it off.</summary>
    public static void TryEndCoalescing(int descriptor)
    {
        int off = 0;
        // SAFETY: the option takes an int, which lives on this stack.
        _ = Libc.setsockopt(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_GRO, &off, sizeof(int));
    }

    /// <summary>bind-device=.</summary>
    /// <exception cref="OptionException">There is no such interface.</exception>
    public static void BindToDevice(int descriptor, string device)
    {
        Errno error = TryBindToDevice(descriptor, device);
        if (!error.IsNone)
        {
            throw new OptionException($"bind-device={device} cannot be used ({error}); give an interface of this host", error.Value);
        }
    }

    /// <summary>The same, without a word.</summary>
    public static Errno TryBindToDevice(int descriptor, string device)
    {
        ReadOnlySpan<byte> name = Encoding.ASCII.GetBytes(device);
        // SAFETY: the bytes are pinned for the call and their length goes with them.
        fixed (byte* bytes = name)
        {
            return Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BINDTODEVICE, bytes, (uint)name.Length) == 0
                ? default
                : Errno.Last;
        }
    }

    /// <summary>Asks for the interface that a socket is bound to.</summary>
    /// <returns>ENODEV when it is gone.</returns>
    public static Errno FindDevice(int descriptor)
    {
        const int nameSize = 16;
        byte* name = stackalloc byte[nameSize];
        uint length = nameSize;
        // SAFETY: the option gives at most IFNAMSIZ bytes, which live on this stack (socket(7)).
        return Libc.getsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BINDTODEVICE, name, &length) == 0 ? default : Errno.Last;
    }

    /// <summary>
    /// Zero checksums are sent, and over IPv6, where they are an error otherwise, taken (RFC 6936; L2TPv3 has the session id and
    /// the cookie to notice a datagram that is not for it).
    /// </summary>
    private static void SkipChecksum(int descriptor, bool ipv6)
    {
        if (ipv6)
        {
            Set(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_NO_CHECK6_TX, 1, "udp-csum=off");
            Set(descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_NO_CHECK6_RX, 1, "udp-csum=off");
        }
        else
        {
            Set(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_NO_CHECK, 1, "udp-csum=off");
        }
    }

    private static int Level(bool ipv6) => ipv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;

    private static void Set(int descriptor, int level, int option, int value, string name)
    {
        // SAFETY: each of these options takes an int, which lives on this stack.
        if (Libc.setsockopt(descriptor, level, option, &value, sizeof(int)) != 0)
        {
            Errno error = Errno.Last;
            throw new OptionException($"this host does not allow {name} ({error}); leave it out", error.Value);
        }
    }
}
