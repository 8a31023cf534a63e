// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Errors;

/// <summary>The error of a system call; 0 is none.</summary>
internal readonly record struct Errno(int Value)
{
    /// <summary>The call succeeded.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Nothing to read, or no room in the socket's buffer: poll(2) tells when to try again.</summary>
    public bool IsWouldBlock => Value == LinuxConstants.EAGAIN;

    /// <summary>A signal came first.</summary>
    public bool IsInterrupted => Value == LinuxConstants.EINTR;

    /// <summary>
    /// The kernel has no memory or a full device queue. Unlike EAGAIN, poll(2) does not tell when that ends (send(2)).
    /// </summary>
    public bool IsNoBuffers => Value is LinuxConstants.ENOBUFS or LinuxConstants.ENOMEM;

    /// <summary>There is no way to the peer now; there may be one later.</summary>
    public bool IsUnreachable => Value is LinuxConstants.ENETUNREACH or LinuxConstants.EHOSTUNREACH or LinuxConstants.ENETDOWN;

    /// <summary>
    /// What Linux makes of the ICMP errors that an earlier datagram of a connected socket caused (icmp_err_convert in
    /// net/ipv4/icmp.c, icmpv6_err_convert in net/ipv6/icmp.c). The socket tells each once.
    /// </summary>
    public bool IsFromIcmp => IsUnreachable || Value is LinuxConstants.ECONNREFUSED or LinuxConstants.EMSGSIZE
        or LinuxConstants.EACCES or LinuxConstants.EPROTO or LinuxConstants.ENOPROTOOPT or LinuxConstants.EOPNOTSUPP
        or LinuxConstants.EHOSTDOWN or LinuxConstants.ENONET;

    /// <summary>The error of the libc call just made on this thread.</summary>
    public static Errno Last => new(Marshal.GetLastPInvokeError());

    /// <summary>The error in words, as strerror(3) has it.</summary>
    public override string ToString() => Marshal.GetPInvokeErrorMessage(Value);
}
