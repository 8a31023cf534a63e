// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Interop;

/// <summary>
/// The C library's functions that the data plane does not call; its own are in <see cref="DataPlane.Interop.Libc"/>. Each saves errno
/// for <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class VhostLibc
{
    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int listen(int sockfd, int backlog);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int accept4(int sockfd, byte* addr, uint* addrlen, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, void* buf, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int sockfd, void* buf, nuint len, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epfd, int op, int fd, byte* ev);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epfd, byte* events, int maxevents, int timeout);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint initval, int flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string pathname);

    /// <summary>For calls without a function of their own. None of them has more than five arguments.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
