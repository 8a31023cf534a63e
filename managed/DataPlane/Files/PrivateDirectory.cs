// SPDX-License-Identifier: GPL-2.0-or-later
//
// A directory for files of this user alone. Its parent may be writable by others (stats=/tmp/x), so its name proves nothing:
// it is opened without following a symbolic link, looked at, and used through the descriptor from then on.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>An open directory that nobody else can write to. Owns the descriptor.</summary>
internal sealed unsafe class PrivateDirectory : IDisposable
{
    private const uint OwnerOnly = LinuxConstants.S_IRWXU;
    private const uint OwnerReadWrite = LinuxConstants.S_IRUSR | LinuxConstants.S_IWUSR;
    private const uint WritableByOthers = LinuxConstants.S_IWGRP | LinuxConstants.S_IWOTH;

    private int _descriptor = -1;

    private PrivateDirectory()
    {
    }

    /// <summary>Opens the directory, and makes it if it does not exist; its parent must.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="problem">Why it cannot be used, in words; empty when it can.</param>
    /// <returns>The directory, or null.</returns>
    public static PrivateDirectory? OpenOrCreate(string path, out string problem)
    {
        _ = Libc.mkdir(path, OwnerOnly);
        return Open(path, Errno.Last, out problem);
    }

    /// <summary>Opens the directory if it exists.</summary>
    /// <param name="path">A full path.</param>
    /// <returns>The directory, or null.</returns>
    public static PrivateDirectory? OpenExisting(string path) => Open(path, new Errno(LinuxConstants.ENOENT), out _);

    /// <summary>Makes a file that is not there yet.</summary>
    /// <returns>Its descriptor; negative with an error.</returns>
    public int Create(string name, out Errno error)
    {
        // O_EXCL alone refuses a symbolic link, too (open(2)).
        int descriptor = Libc.openat(
            _descriptor,
            name,
            LinuxConstants.O_RDWR | LinuxConstants.O_CREAT | LinuxConstants.O_EXCL | LinuxConstants.O_NOFOLLOW | LinuxConstants.O_CLOEXEC,
            OwnerReadWrite);
        error = descriptor < 0 ? Errno.Last : default;
        return descriptor;
    }

    /// <summary>Removes a file.</summary>
    public bool TryRemove(string name) => Libc.unlinkat(_descriptor, name, 0) == 0;

    public void Dispose() => _ = Libc.close(_descriptor);

    /// <summary>Opens the directory and looks whose it is.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="absence">Why there is none, if there is none.</param>
    /// <param name="problem">Why it cannot be used, in words; empty when it can.</param>
    private static PrivateDirectory? Open(string path, Errno absence, out string problem)
    {
        PrivateDirectory directory = new();
        directory._descriptor = Libc.openat(
            LinuxConstants.AT_FDCWD,
            path,
            LinuxConstants.O_RDONLY | LinuxConstants.O_DIRECTORY | LinuxConstants.O_NOFOLLOW | LinuxConstants.O_CLOEXEC,
            0);
        if (directory._descriptor < 0)
        {
            Errno error = Errno.Last;
            problem = $"{path}: {(error.Value == LinuxConstants.ENOENT ? absence : error)}";
            return null;
        }

        problem = directory.Check() ? string.Empty : $"{path} belongs to another user, or others may write to it";
        if (problem.Length == 0)
        {
            return directory;
        }

        directory.Dispose();
        return null;
    }

    private bool Check()
    {
        stat attributes;
        // SAFETY: fstat fills the struct, which lives on this stack.
        return Libc.fstat(_descriptor, &attributes) == 0
            && attributes.st_uid == Libc.geteuid()
            && (attributes.st_mode & WritableByOthers) == 0;
    }
}
