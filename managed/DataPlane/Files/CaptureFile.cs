// SPDX-License-Identifier: GPL-2.0-or-later
//
// The file of a capture. It holds the guest's traffic, so it is nobody else's to read (0600), and its directory may be /tmp, so
// what lies there already is looked at before it is written to: no link of either kind, no device, no FIFO that would make
// QEMU wait, and no file that another capture is written to. One that others could read, and may have open, is replaced.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>A file that is written from its beginning. Owns the descriptor.</summary>
internal sealed unsafe class CaptureFile : IDisposable
{
    /// <summary>What is said of a name that is taken.</summary>
    public const string SomethingElse = "something else has that name, or the file belongs to somebody else";

    private const uint OwnerReadWrite = LinuxConstants.S_IRUSR | LinuxConstants.S_IWUSR;

    private const uint Others = LinuxConstants.S_IRWXG | LinuxConstants.S_IRWXO;

    private int _descriptor = -1;

    private CaptureFile()
    {
    }

    /// <summary>Makes the file, or empties the one that is there.</summary>
    /// <param name="directory">A descriptor.</param>
    /// <param name="name">A name in it.</param>
    /// <param name="problem">Why not, in words; empty when it is open.</param>
    public static CaptureFile? Open(int directory, string name, out string problem)
    {
        CaptureFile? file = Open(directory, name, LinuxConstants.O_NONBLOCK, out problem, out bool wasPrivate);
        if (file is null || wasPrivate)
        {
            return file;
        }

        // Who has it open already would read on: he keeps the old file.
        file.Dispose();
        _ = Libc.unlinkat(directory, name, 0);
        return Open(directory, name, LinuxConstants.O_EXCL, out problem, out _);
    }

    private static CaptureFile? Open(int directory, string name, int flags, out string problem, out bool wasPrivate)
    {
        wasPrivate = false;
        CaptureFile file = new();
        file._descriptor = Libc.openat(
            directory,
            name,
            LinuxConstants.O_WRONLY | LinuxConstants.O_CREAT | LinuxConstants.O_NOFOLLOW | LinuxConstants.O_CLOEXEC | flags,
            OwnerReadWrite);
        if (file._descriptor < 0)
        {
            problem = Errno.Last.ToString();
            return null;
        }

        problem = CheckAndTruncate(file._descriptor, out wasPrivate);
        if (problem.Length == 0)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>A file that could be a capture of ours: no link of either kind, no device, no FIFO, nobody else's.</summary>
    public static bool IsOwn(stat attributes) =>
        (attributes.st_mode & LinuxConstants.S_IFMT) == LinuxConstants.S_IFREG
        && attributes.st_nlink == 1
        && attributes.st_uid == Libc.geteuid();

    /// <summary>Writes all bytes, as far as they may be written: a limit of the process is an error like a full disk.</summary>
    public Errno Write(ReadOnlySpan<byte> bytes)
    {
        using FileSizeSignal signal = FileSizeSignal.Block();
        while (!bytes.IsEmpty)
        {
            nint written;
            // SAFETY: the bytes are pinned for the call and their length goes with them.
            fixed (byte* start = bytes)
            {
                written = Libc.write(_descriptor, start, (nuint)bytes.Length);
            }

            Errno error = written < 0 ? Errno.Last : default;
            if (written < 0 && !error.IsInterrupted)
            {
                return error;
            }

            bytes = bytes[(int)Math.Max(written, 0)..];
        }

        return default;
    }

    public void Dispose() => _ = Libc.close(_descriptor);

    /// <summary>Makes sure that an open file may be written to, and empties it.</summary>
    private static string CheckAndTruncate(int descriptor, out bool wasPrivate)
    {
        stat attributes;
        wasPrivate = false;
        // SAFETY: fstat fills the struct, which lives on this stack.
        if (Libc.fstat(descriptor, &attributes) != 0)
        {
            return Errno.Last.ToString();
        }

        if (!IsOwn(attributes))
        {
            return SomethingElse;
        }

        if (Libc.flock(descriptor, LinuxConstants.LOCK_EX | LinuxConstants.LOCK_NB) != 0)
        {
            return "another capture uses it; give each netdev its own file with ID.pcap=";
        }

        wasPrivate = (attributes.st_mode & Others) == 0;
        return Libc.fchmod(descriptor, OwnerReadWrite) == 0 && Libc.ftruncate(descriptor, 0) == 0 ? string.Empty : Errno.Last.ToString();
    }
}
