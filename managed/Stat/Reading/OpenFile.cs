// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.Stat.Interop;
using Microsoft.Win32.SafeHandles;

namespace L2tpv3.Stat.Reading;

/// <summary>A file or a directory that is open, and whose it is: what was looked at is what is read.</summary>
internal sealed class OpenFile : IDisposable
{
    /// <summary>S_IWGRP | S_IWOTH.</summary>
    private const int WritableByOthers = 0x12;

    private OpenFile(SafeFileHandle handle, uint owner, bool isWritableByOthers)
    {
        Handle = handle;
        Owner = owner;
        IsWritableByOthers = isWritableByOthers;
    }

    public SafeFileHandle Handle { get; }

    /// <summary>The uid of its owner.</summary>
    public uint Owner { get; }

    /// <summary>Its owner is not the only one who can change it.</summary>
    public bool IsWritableByOthers { get; }

    /// <summary>Opens a directory.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="problem">Why not, in words.</param>
    /// <returns>The directory; null with a problem.</returns>
    public static OpenFile? Directory(string path, out string problem) =>
        Open(Libc.openat(Libc.WorkingDirectory, path, Libc.ReadDirectory), out problem);

    /// <summary>Opens a file of this directory; no symbolic link is followed.</summary>
    /// <returns>The file; null when it cannot be opened.</returns>
    public OpenFile? File(string name) => Open(Libc.openat((int)Handle.DangerousGetHandle(), name, Libc.ReadSafely), out _);

    /// <summary>
    /// Only this user, or root, can have made it what it is. Root's are good for all: QEMU may have begun as root (-runas).
    /// </summary>
    public bool IsOf(uint user) => !IsWritableByOthers && (Owner == user || Owner == 0);

    public void Dispose() => Handle.Dispose();

    private static OpenFile? Open(SafeFileHandle handle, out string problem)
    {
        problem = string.Empty;
        if (!handle.IsInvalid && Libc.statx(handle, string.Empty, Libc.ItselfOpen, Libc.ModeAndOwner, out Libc.FileAttributes attributes) == 0)
        {
            return new OpenFile(handle, attributes.Owner, (attributes.Mode & WritableByOthers) != 0);
        }

        problem = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        handle.Dispose();
        return null;
    }
}
