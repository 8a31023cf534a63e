// SPDX-License-Identifier: GPL-2.0-or-later
//
// The directory of a capture. It is opened when the capture begins: later the working directory is another one (-daemonize), and
// the directory's name may be somebody else's.

using System;
using System.Globalization;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>The names FILE, FILE.1, FILE.2 in an open directory. Owns the descriptor.</summary>
internal sealed unsafe class CaptureDirectory : IDisposable
{
    private readonly string _file;
    private int _descriptor = -1;

    private CaptureDirectory(string file)
    {
        _file = file;
    }

    /// <summary>Opens the directory that a capture's file is in.</summary>
    /// <param name="path">The file, as the user gave it.</param>
    /// <param name="problem">Why not, in words; empty when it is open.</param>
    public static CaptureDirectory? Open(string path, out string problem)
    {
        int slash = path.LastIndexOf('/');
        string parent = slash < 0 ? "." : path[..(slash + 1)];
        // Made first: what follows the open cannot throw.
        CaptureDirectory directory = new(slash == path.Length - 1 ? "." : path[(slash + 1)..]);
        // O_PATH: a directory that may be searched and not listed will do.
        directory._descriptor = Libc.openat(LinuxConstants.AT_FDCWD, parent, LinuxConstants.O_PATH | LinuxConstants.O_DIRECTORY | LinuxConstants.O_CLOEXEC, 0);
        problem = string.Empty;
        if (directory._descriptor >= 0)
        {
            return directory;
        }

        problem = Errno.Last.ToString();
        return null;
    }

    /// <summary>Makes FILE, or empties the one that is there.</summary>
    /// <param name="problem">Why not, in words; empty when it is open.</param>
    public CaptureFile? OpenFile(out string problem) => CaptureFile.Open(_descriptor, _file, out problem);

    /// <summary>Gives an older file the name of the next older one, whose file goes. What is not there need not move.</summary>
    /// <param name="number">Of the new name, from 1 on; FILE itself is 0.</param>
    public Errno MakeOlder(int number)
    {
        Errno error = Libc.renameat(_descriptor, Name(number - 1), _descriptor, Name(number)) == 0 ? default : Errno.Last;
        return error.Value == LinuxConstants.ENOENT ? default : error;
    }

    /// <summary>Nothing has the name of this older file, or what could be a capture of ours; rename(2) would replace anything.</summary>
    public bool IsReplaceable(int number)
    {
        // O_PATH opens nothing: no device, no FIFO, and a link as a link.
        int descriptor = Libc.openat(_descriptor, Name(number), LinuxConstants.O_PATH | LinuxConstants.O_NOFOLLOW | LinuxConstants.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Errno.Last.Value == LinuxConstants.ENOENT;
        }

        stat attributes;
        // SAFETY: fstat fills the struct, which lives on this stack.
        bool isReplaceable = Libc.fstat(descriptor, &attributes) == 0 && CaptureFile.IsOwn(attributes);
        _ = Libc.close(descriptor);
        return isReplaceable;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.close(_descriptor);
            _descriptor = -1;
        }
    }

    private string Name(int number) => number == 0 ? _file : string.Create(CultureInfo.InvariantCulture, $"{_file}.{number}");
}
