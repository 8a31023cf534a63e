// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.Vhost.Interop;

/// <summary>A descriptor that is ours to close. Never inherited by a program that is started.</summary>
internal sealed class FileDescriptor : IDisposable
{
    public FileDescriptor(int number)
    {
        Number = number;
    }

    /// <summary>-1: closed.</summary>
    public int Number { get; private set; }

    /// <summary>A result that is a descriptor or -1.</summary>
    /// <param name="number">The result.</param>
    /// <param name="what">What was to be done.</param>
    public static FileDescriptor Checked(int number, string what) => number >= 0 ? new FileDescriptor(number) : throw SystemCallException.Last(what);

    /// <summary>A file of its own in memory, which nobody can make smaller or larger.</summary>
    public static FileDescriptor MemoryFile(string name, long size)
    {
        FileDescriptor file = Checked(VhostLibc.memfd_create(name, VhostConstants.MFD_CLOEXEC | VhostConstants.MFD_ALLOW_SEALING), "cannot make a memory file");
        const int seals = VhostConstants.F_SEAL_SHRINK | VhostConstants.F_SEAL_GROW | VhostConstants.F_SEAL_SEAL;
        if (Libc.ftruncate(file.Number, size) == 0 && Libc.fcntl(file.Number, VhostConstants.F_ADD_SEALS, seals) == 0)
        {
            return file;
        }

        SystemCallException exception = SystemCallException.Last($"cannot make a memory file of {size} bytes");
        file.Dispose();
        throw exception;
    }

    /// <summary>An event file of our own.</summary>
    public static FileDescriptor Event() =>
        Checked(VhostLibc.eventfd(0, VhostConstants.EFD_CLOEXEC | VhostConstants.EFD_NONBLOCK), "cannot make an eventfd");

    /// <summary>Reads and writes return at once from now on. A front-end shares this flag with us.</summary>
    public void SetNonBlocking()
    {
        int flags = Libc.fcntl(Number, LinuxConstants.F_GETFL, 0);
        if (flags >= 0 && (flags & LinuxConstants.O_NONBLOCK) == 0)
        {
            _ = Libc.fcntl(Number, LinuxConstants.F_SETFL, flags | LinuxConstants.O_NONBLOCK);
        }
    }

    /// <summary>Adds 1 to an eventfd of our own: <see cref="Signaller"/> does it for a front-end's.</summary>
    public unsafe void Signal()
    {
        ulong one = 1;
        _ = Libc.write(Number, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        if (Number >= 0)
        {
            _ = Libc.close(Number);
            Number = -1;
        }
    }
}
