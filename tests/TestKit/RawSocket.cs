// SPDX-License-Identifier: GPL-2.0-or-later
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>Raw IP sockets of any protocol; the framework's own constructor takes a few well-known ones only.</summary>
public static partial class RawSocket
{
    // <sys/socket.h> of Linux, x86-64
    private const int Ipv4Family = 2;
    private const int Ipv6Family = 10;
    private const int RawCloseOnExec = 3 | 0x80000;

    /// <summary>Opens a socket; needs CAP_NET_RAW (raw(7)).</summary>
    public static Socket Open(IPAddress address, int protocol)
    {
        nint descriptor = OpenDescriptor(address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Family : Ipv6Family, RawCloseOnExec, protocol);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"raw socket of protocol {protocol}");
    }

    /// <summary>
    /// Throws away what came before bind(2): from the moment it exists a raw socket takes all packets of its protocol, also
    /// those of the tests beside this one.
    /// </summary>
    public static void Drain(Socket bound)
    {
        byte[] buffer = new byte[1];
        while (bound.Poll(0, SelectMode.SelectRead))
        {
            // The kernel cuts what is longer, and that is an error in .NET.
            _ = bound.Receive(buffer, SocketFlags.None, out _);
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenDescriptor(int family, int type, int protocol);
}
