// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Benchmarks.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int fd, mmsghdr* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int fd, mmsghdr* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc")]
    public static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, out timespec time);
}
