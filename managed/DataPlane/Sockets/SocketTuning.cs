// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Text;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Sets what the user has asked for of the tunnel's packets. Each refusal of the kernel is an error of its setting.</summary>
internal static unsafe class SocketTuning
{
    /// <summary>Sets the options that must be there before bind(2) and connect(2), since they choose the route.</summary>
    /// <exception cref="OptionException">The kernel refuses one.</exception>
    public static void Apply(int descriptor, SocketPlan plan)
    {
        int level = plan.IsIpv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;
        SocketSettings settings = plan.PacketSettings;
        if (settings.Device is not null)
        {
            BindToDevice(descriptor, settings.Device);
        }

        if (settings.Tos is { } tos)
        {
            Set(descriptor, level, plan.IsIpv6 ? LinuxConstants.IPV6_TCLASS : LinuxConstants.IP_TOS, tos, "tos=");
        }

        if (settings.Ttl is { } ttl)
        {
            Set(descriptor, level, plan.IsIpv6 ? LinuxConstants.IPV6_UNICAST_HOPS : LinuxConstants.IP_TTL, ttl, "ttl=");
        }

        if (settings.UdpChecksum is false)
        {
            SkipChecksum(descriptor, plan.IsIpv6);
        }
    }

    /// <summary>bind-device=.</summary>
    /// <exception cref="OptionException">There is no such interface.</exception>
    public static void BindToDevice(int descriptor, string device)
    {
        ReadOnlySpan<byte> name = Encoding.ASCII.GetBytes(device);
        // SAFETY: the bytes are pinned for the call and their length goes with them.
        fixed (byte* bytes = name)
        {
            if (Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BINDTODEVICE, bytes, (uint)name.Length) != 0)
            {
                Errno error = Errno.Last;
                throw new OptionException($"bind-device={device} cannot be used ({error}); give an interface of this host", error.Value);
            }
        }
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

    private static void Set(int descriptor, int level, int option, int value, string name)
    {
        // SAFETY: each of these options takes an int, which lives on this stack.
        if (Libc.setsockopt(descriptor, level, option, &value, sizeof(int)) != 0)
        {
            Errno error = Errno.Last;
            throw new OptionException($"{name} is refused by this host ({error}); leave it out", error.Value);
        }
    }
}
