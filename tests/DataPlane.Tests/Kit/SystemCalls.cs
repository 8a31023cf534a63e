// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DataPlane.Tests.Kit;

/// <summary>System calls that .NET does not offer.</summary>
internal static unsafe partial class SystemCalls
{
    private const int AddressFamilyUnix = 1;
    private const int AddressFamilyPacket = 17;
    private const int SocketTypeDatagram = 2;
    private const int SocketTypeRaw = 3;
    private const int SocketLevel = 1;
    private const int SendBuffer = 7;
    private const short PollIn = 0x1;
    private const short PollOut = 0x4;

    /// <summary>Two unix datagram sockets that are connected to each other: reliable, and full at some time.</summary>
    /// <param name="sendBuffer">Bytes of SO_SNDBUF at the first end; the kernel takes twice that and counts its own overhead.</param>
    /// <returns>A bare descriptor, owned by the caller, and the other end.</returns>
    public static (int Descriptor, Socket Other) UnixPair(int sendBuffer)
    {
        int* ends = stackalloc int[2];
        Check(socketpair(AddressFamilyUnix, SocketTypeDatagram, 0, ends), "socketpair");
        Check(setsockopt(ends[0], SocketLevel, SendBuffer, &sendBuffer, sizeof(int)), "setsockopt");
        return (ends[0], new Socket(new SafeSocketHandle(ends[1], ownsHandle: true)));
    }

    /// <summary>A packet socket that sends whatever it is given as Ethernet frames of the loopback interface (packet(7)).</summary>
    /// <remarks>The one kind of datagram socket that reports a full device queue (ENOBUFS) instead of hiding it.</remarks>
    public static int PacketSocketOnLoopback()
    {
        const int loopback = 1;
        int descriptor = socket(AddressFamilyPacket, SocketTypeRaw, 0);
        Check(descriptor, "socket");

        // struct sockaddr_ll: family, protocol 0 (receives nothing), interface index.
        int* address = stackalloc int[] { AddressFamilyPacket, loopback, 0, 0, 0 };
        Check(bind(descriptor, address, 5 * sizeof(int)), "bind");
        return descriptor;
    }

    /// <summary>setsockopt(2) of an int.</summary>
    public static void SetOption(int descriptor, int level, int option, int value) =>
        Check(setsockopt(descriptor, level, option, &value, sizeof(int)), "setsockopt");

    /// <summary>getsockopt(2) of an int.</summary>
    public static int GetOption(int descriptor, int level, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        Check(getsockopt(descriptor, level, option, &value, &length), "getsockopt");
        return value;
    }

    /// <summary>shutdown(2) for reading. An unconnected socket says ENOTCONN, and is shut down all the same.</summary>
    public static void ShutDownReading(int descriptor) => _ = shutdown(descriptor, 0);

    public static bool IsReadable(int descriptor, TimeSpan timeout) => Poll(descriptor, PollIn, timeout);

    public static bool IsWritable(int descriptor, TimeSpan timeout) => Poll(descriptor, PollOut, timeout);

    /// <summary>Takes a capability from the calling thread alone, for the rest of its life (capabilities(7)).</summary>
    public static void DropCapability(int capability)
    {
        // The header of version 3 and two words per set: effective, permitted, inheritable.
        uint* header = stackalloc uint[] { 0x2008_0522, 0 };
        uint* sets = stackalloc uint[6];
        Check(capget(header, sets), "capget");
        sets[capability / 32 * 3] &= ~(1u << (capability % 32));
        Check(capset(header, sets), "capset");
    }

    private static bool Poll(int descriptor, short events, TimeSpan timeout)
    {
        PollDescriptor entry = new() { Descriptor = descriptor, Events = events };
        int ready = poll(&entry, 1, (int)timeout.TotalMilliseconds);
        Check(ready, "poll");
        return ready > 0;
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int sockfd, void* addr, uint addrlen);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* sv);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int sockfd, int level, int optname, void* optval, uint* optlen);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int sockfd, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* fds, ulong nfds, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(uint* header, uint* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint* header, uint* data);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
