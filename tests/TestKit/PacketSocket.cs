// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>Sockets on a network device that carry whole Ethernet frames (packet(7)).</summary>
public static partial class PacketSocket
{
    // <linux/socket.h>, <linux/if_packet.h>, <linux/if_ether.h>
    private const ushort PacketFamily = 17;
    private const ushort AllProtocols = 3;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int AddressSize = 20;
    private const int ReceiveBuffer = 64 << 20;
    private const int PacketLevel = 263;
    private const int VnetHeader = 15;
    private const int QdiscBypass = 20;

    // <asm-generic/socket.h>: above the limit of net.core.rmem_max, with CAP_NET_ADMIN.
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;

    /// <summary>Opens a socket on a device of the caller's namespace.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="receives">Off for one that only sends: each frame that one receives is copied.</param>
    public static Socket Open(string device, bool receives = true)
    {
        byte[] address = new byte[AddressSize];
        BinaryPrimitives.WriteUInt16LittleEndian(address, PacketFamily);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), receives ? AllProtocols : (ushort)0);
        uint index = FindIndex(device);
        BinaryPrimitives.WriteUInt32LittleEndian(address.AsSpan(4), index);

        // Protocol 0: nothing of another device before it is bound.
        SafeSocketHandle handle = new(OpenDescriptor(PacketFamily, RawCloseOnExec, 0), ownsHandle: true);
        if (index == 0 || handle.IsInvalid || Bind(handle, address, AddressSize) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"packet socket on {device}");
        }

        return new Socket(handle);
    }

    /// <summary>Opens one on a device of a namespace, with room for what comes while the test does something else.</summary>
    public static Socket Open(NetworkNamespace network, string device)
    {
        Socket socket = network.Run(() => Open(device));
        socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(ReceiveBuffer));
        return socket;
    }

    /// <summary>It sends straight to the device, which then says if it cannot take a frame.</summary>
    public static void BypassQueue(Socket socket) => socket.SetRawSocketOption(PacketLevel, QdiscBypass, BitConverter.GetBytes(1));

    /// <summary>What it sends has a virtio_net_hdr in front.</summary>
    public static void UseVnetHeader(Socket socket) => socket.SetRawSocketOption(PacketLevel, VnetHeader, BitConverter.GetBytes(1));

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint FindIndex(string name);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenDescriptor(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Bind(SafeSocketHandle socket, byte[] address, int size);
}
