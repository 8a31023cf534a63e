// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// Turns `src=`, `srcport=` and so on into addresses, by getaddrinfo(3) as the stock backend does: host and service
/// names work, and so does `fe80::1%eth0`. Resolved once, when the netdev is made.
/// </summary>
internal static unsafe class AddressResolver
{
    /// <summary>A name has at most 253 characters (RFC 1035, 2.3.4), and getaddrinfo of glibc 2.36 crashes on one of a megabyte.</summary>
    private const int MaximumText = 255;

    private const int ShownText = 32;

    /// <summary>Resolves one end.</summary>
    /// <param name="option">`src` or `dst`, for the error message; the port's option is this and `port`.</param>
    /// <param name="host">A name or a literal address.</param>
    /// <param name="service">A port number or service name; null for raw IP.</param>
    /// <param name="ipv6">The family that `ipv6=` asks for.</param>
    /// <returns>The first address found.</returns>
    /// <exception cref="OptionException">Nothing was found, or only in the other family.</exception>
    public static SocketAddress Resolve(string option, string host, string? service, bool ipv6)
    {
        CheckLength(option, host);
        CheckLength($"{option}port", service ?? string.Empty);
        int family = ipv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET;
        string error = TryResolve(host, service: null, family, LinuxConstants.AI_PASSIVE, out SocketAddress? address);
        if (address is null)
        {
            throw new OptionException(HostMessage(option, host, ipv6, error), LinuxConstants.EADDRNOTAVAIL);
        }

        if (service is null)
        {
            return address;
        }

        // getaddrinfo takes any number that strtoul(3) takes, blanks and sign in front included, and keeps its low 16 bits.
        const NumberStyles style = NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign;
        if (ulong.TryParse(service, style, CultureInfo.InvariantCulture, out ulong port) && port > ushort.MaxValue)
        {
            throw new OptionException(PortMessage(option, service, "out of range"));
        }

        error = TryResolve(host, service, family, LinuxConstants.AI_PASSIVE, out address);
        if (option is "dst" && address?.Port == 0)
        {
            // As srcport= it means any free one, as ever; nobody can listen on it.
            throw new OptionException(PortMessage(option, service, "nobody listens there"));
        }

        return address ?? throw new OptionException(PortMessage(option, service, error));
    }

    private static void CheckLength(string option, string value)
    {
        if (value.Length > MaximumText)
        {
            throw new OptionException($"{option}={value.AsSpan(0, ShownText)}... has {value.Length} characters; no name has more than {MaximumText}");
        }
    }

    private static string PortMessage(string option, string service, string error) =>
        $"{option}port={service} is not a UDP port ({error}); give a number from 1 to 65535 or a service name";

    private static string HostMessage(string option, string host, bool ipv6, string error)
    {
        _ = TryResolve(host, service: null, LinuxConstants.AF_UNSPEC, LinuxConstants.AI_NUMERICHOST, out SocketAddress? other);
        if (other is not null && other.IsIpv6 != ipv6)
        {
            return other.IsIpv6
                ? $"{option}={host} is an IPv6 address, but ipv6= is off; add ipv6=on"
                : $"{option}={host} is an IPv4 address, but ipv6=on; leave ipv6=on out or give an IPv6 address";
        }

        string family = ipv6 ? "IPv6" : "IPv4";
        string remedy = ipv6 ? "check the name" : "check the name, or add ipv6=on if it has IPv6 addresses only";
        return $"{option}={host} does not resolve to an {family} address ({error}); {remedy}";
    }

    private static string TryResolve(string host, string? service, int family, int flags, out SocketAddress? address)
    {
        addrinfo hints = new()
        {
            ai_flags = flags,
            ai_family = family,
            ai_socktype = LinuxConstants.SOCK_DGRAM,
        };
        addrinfo* list = null;
        // SAFETY: hints and list live on this stack; getaddrinfo fills list only when it returns 0, and what it fills is
        // copied before freeaddrinfo.
        int result = Libc.getaddrinfo(host, service, &hints, &list);
        if (result != 0)
        {
            address = null;
            return result == LinuxConstants.EAI_SYSTEM
                ? Errno.Last.ToString()
                : Marshal.PtrToStringUTF8((nint)Libc.gai_strerror(result)) ?? "unknown error";
        }

        try
        {
            address = new SocketAddress(new ReadOnlySpan<byte>(list->ai_addr, (int)list->ai_addrlen));
            return string.Empty;
        }
        finally
        {
            Libc.freeaddrinfo(list);
        }
    }
}
