// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using System.Text;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.Vhost.Interop;

/// <summary>Stream sockets with a file's name (unix(7)).</summary>
internal static unsafe class UnixSocket
{
    private const int PathOffset = VhostConstants.offsetof_sockaddr_un_sun_path;
    private const uint OwnerOnly = LinuxConstants.S_IRUSR | LinuxConstants.S_IWUSR;
    private const int LongestPath = VhostConstants.sizeof_sockaddr_un - PathOffset - 1;

    /// <summary>
    /// Listens. A socket that another program has left behind is replaced. One that somebody listens on is not, and neither is any other file: a
    /// connection to a file that is no socket is refused like one to a socket without a listener (unix_find_bsd).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="isPrivate">Its mode is 0600, and not what the umask leaves.</param>
    /// <exception cref="SystemCallException">It cannot be had.</exception>
    public static FileDescriptor Listen(string path, bool isPrivate = false)
    {
        FileDescriptor listener = Open();
        try
        {
            // Before bind(2), which gives its file the mode of the socket: afterwards somebody may have connected.
            if (isPrivate && Libc.fchmod(listener.Number, OwnerOnly) != 0)
            {
                throw SystemCallException.Last($"cannot set the mode of {path}");
            }

            int result = Bind(listener, path);
            if (result != 0 && Marshal.GetLastPInvokeError() == LinuxConstants.EADDRINUSE)
            {
                if (!IsSocket(path))
                {
                    throw new SystemCallException($"cannot listen on {path}: the file is there and is no socket; give another path");
                }

                if (!IsLeftBehind(path))
                {
                    throw new SystemCallException($"cannot listen on {path}: somebody listens on it already; give another path, or end that program");
                }

                _ = VhostLibc.unlink(path);
                result = Bind(listener, path);
            }

            return result == 0 && VhostLibc.listen(listener.Number, 4) == 0 ? listener : throw CannotListen(path);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>The next connection; null: none waits.</summary>
    public static FileDescriptor? Accept(FileDescriptor listener)
    {
        int number = VhostLibc.accept4(listener.Number, null, null, LinuxConstants.SOCK_CLOEXEC | LinuxConstants.SOCK_NONBLOCK);
        return number >= 0 ? new FileDescriptor(number) : null;
    }

    /// <summary>The other end is closed. What it has sent may still be there to read.</summary>
    public static bool HasHungUp(int connection)
    {
        using Poller poller = new();
        poller.Add(connection, 0, 0);
        return poller.Wait(0) != 0 && (poller.Events(0) & VhostConstants.EPOLLHUP) != 0;
    }

    /// <summary>Removes the file.</summary>
    public static void Remove(string path) => _ = VhostLibc.unlink(path);

    private static FileDescriptor Open() =>
        FileDescriptor.Checked(Libc.socket(VhostConstants.AF_UNIX, VhostConstants.SOCK_STREAM | LinuxConstants.SOCK_CLOEXEC | LinuxConstants.SOCK_NONBLOCK, 0), "cannot make a socket");

    /// <summary>"No such file" would be said of a file that is to be made.</summary>
    private static SystemCallException CannotListen(string path) => Marshal.GetLastPInvokeError() == LinuxConstants.ENOENT
        ? new SystemCallException($"cannot listen on {path}: its folder is not there; make it first")
        : SystemCallException.Last($"cannot listen on {path}");

    private static int Bind(FileDescriptor socket, string path)
    {
        byte* address = stackalloc byte[VhostConstants.sizeof_sockaddr_un]; // SAFETY: Write fills all of it.
        uint length = Write(path, address);
        return Libc.bind(socket.Number, address, length);
    }

    /// <summary>O_PATH opens nothing, and takes a link as a link.</summary>
    private static bool IsSocket(string path)
    {
        int number = Libc.openat(LinuxConstants.AT_FDCWD, path, LinuxConstants.O_PATH | LinuxConstants.O_NOFOLLOW | LinuxConstants.O_CLOEXEC, 0);
        if (number < 0)
        {
            return false;
        }

        using FileDescriptor file = new(number);
        stat facts;
        // SAFETY: fstat fills the struct, which lives on this stack.
        return Libc.fstat(file.Number, &facts) == 0 && (facts.st_mode & LinuxConstants.S_IFMT) == VhostConstants.S_IFSOCK;
    }

    private static bool IsLeftBehind(string path)
    {
        using FileDescriptor probe = Open();
        byte* address = stackalloc byte[VhostConstants.sizeof_sockaddr_un]; // SAFETY: as in Bind.
        uint length = Write(path, address);
        return Libc.connect(probe.Number, address, length) != 0 && Marshal.GetLastPInvokeError() == LinuxConstants.ECONNREFUSED;
    }

    private static uint Write(string path, byte* address)
    {
        // SAFETY: the caller's buffer has the size of a sockaddr_un.
        Span<byte> bytes = new(address, VhostConstants.sizeof_sockaddr_un);
        bytes.Clear();
        int count = Encoding.UTF8.GetByteCount(path);
        if (count is 0 or > LongestPath || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new SystemCallException($"cannot listen on '{path}': the path of a socket has 1 to {LongestPath} bytes and no NUL; this one has {count}");
        }

        _ = BitConverter.TryWriteBytes(bytes, (ushort)VhostConstants.AF_UNIX);
        _ = Encoding.UTF8.GetBytes(path, bytes[PathOffset..]);
        return (uint)(PathOffset + count + 1);
    }
}
