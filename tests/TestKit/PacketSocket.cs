// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>Sockets on a network device that carry whole Ethernet frames (packet(7)).</summary>
public static partial class PacketSocket
{
    // <linux/if_packet.h>, <linux/if_ether.h>
    private const ushort PacketFamily = 17;
    private const ushort AllProtocols = 3;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int AddressSize = 20;
    private const int ReceiveBuffer = 64 << 20;

    // <asm-generic/socket.h>: above the limit of net.core.rmem_max, with CAP_NET_ADMIN.
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;

    /// <summary>Opens a socket on the device of this index, in the caller's namespace.</summary>
    public static Socket Open(int interfaceIndex)
    {
        byte[] address = new byte[AddressSize];
        BinaryPrimitives.WriteUInt16LittleEndian(address, PacketFamily);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), AllProtocols);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(4), interfaceIndex);

        // Protocol 0: nothing of another device before it is bound.
        SafeSocketHandle handle = new(OpenDescriptor(PacketFamily, RawCloseOnExec, 0), ownsHandle: true);
        if (handle.IsInvalid || Bind(handle, address, AddressSize) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"packet socket on device {interfaceIndex}");
        }

        Socket socket = new(handle);
        socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(ReceiveBuffer));
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenDescriptor(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Bind(SafeSocketHandle socket, byte[] address, int size);
}
