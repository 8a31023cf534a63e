// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Benchmarks.Interop;

/// <summary>The calls .NET has no type for; names, arguments and numbers as in the man pages.</summary>
internal static unsafe partial class Libc
{
    public const int SOL_UDP = 17;
    public const int UDP_SEGMENT = 103;
    public const int UDP_GRO = 104;
    public const int SOL_SOCKET = 1;
    public const int SO_RCVBUFFORCE = 33;
    public const int SOL_PACKET = 263;
    public const int PACKET_QDISC_BYPASS = 20;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int EAGAIN = 11;
    public const int ENETDOWN = 100;
    public const int ENOBUFS = 105;
    public const int ECONNREFUSED = 111;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int fd, mmsghdr* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int fd, mmsghdr* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc")]
    public static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, out timespec time);
}
