// SPDX-License-Identifier: GPL-2.0-or-later
//
// The file behind a statistics page: see StatisticsPage.cs for the names and what is in it.

using System;
using System.IO;
using System.IO.Enumeration;
using System.Threading;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Files;

/// <summary>A file that is mapped, and removed at the end.</summary>
internal sealed unsafe class PageFile : IDisposable
{
    private static int s_count;

    private readonly string _directory;
    private readonly string _name;

    private PageFile(string directory, string name)
    {
        _directory = directory;
        _name = name;
    }

    /// <summary>The first of <see cref="StatisticsPage.FileSize"/> bytes, all zero at first.</summary>
    public byte* Start { get; private set; }

    /// <summary>Its full name.</summary>
    public string Path => $"{_directory}/{_name}";

    /// <summary>Makes a page's file.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="owner">This process.</param>
    /// <param name="problem">Why there is none, in words; empty when there is.</param>
    /// <returns>The file, or null.</returns>
    public static PageFile? Create(string path, ProcessIdentity owner, out string problem)
    {
        using PrivateDirectory? directory = PrivateDirectory.OpenOrCreate(path, out problem);
        if (directory is null)
        {
            return null;
        }

        ulong space = PidNamespace.Own;
        if (space == PidNamespace.Unknown)
        {
            problem = "/proc shows another pid namespace";
            return null;
        }

        RemoveStale(directory, path, owner, space);
        string name = new PageName(owner, Interlocked.Increment(ref s_count), space).ToString();
        PageFile file = new(path, name);
        int descriptor = directory.Create(name, out Errno error);
        file.Start = descriptor < 0 ? null : Map(descriptor, out error);
        if (file.Start != null)
        {
            return file;
        }

        problem = $"{path}/{name}: {error}";
        if (descriptor >= 0)
        {
            _ = directory.TryRemove(name);
        }

        return null;
    }

    /// <summary>Removes the file, then the memory: whoever still has it open keeps what it was.</summary>
    public void Dispose()
    {
        try
        {
            // By path anew: after -chroot or -runas it may be out of reach.
            using PrivateDirectory? directory = PrivateDirectory.OpenExisting(_directory);
            if (directory?.TryRemove(_name) is not true)
            {
                // The netdev is gone, but not its process: the page must not look as if it counted on.
                ((StatisticsPage*)Start)->Header.Magic = 0;
            }
        }
        finally
        {
            _ = Libc.munmap(Start, StatisticsPage.FileSize);
        }
    }

    private static byte* Map(int descriptor, out Errno error)
    {
        // Not ftruncate: the memory must be there, or the first store into it on a full file system would be SIGBUS.
        using (FileSizeSignal.Block())
        {
            error = new Errno(Libc.posix_fallocate(descriptor, 0, StatisticsPage.FileSize));
        }

        void* start = null;
        if (error.IsNone)
        {
            // SAFETY: a new mapping of a file that has just been made this long; MAP_FAILED is checked.
            start = Libc.mmap(null, StatisticsPage.FileSize, LinuxConstants.PROT_READ | LinuxConstants.PROT_WRITE, LinuxConstants.MAP_SHARED, descriptor, 0);
            error = start == (void*)-1 ? Errno.Last : default;
        }

        _ = Libc.close(descriptor);
        return error.IsNone ? (byte*)start : null;
    }

    /// <summary>
    /// Pages whose process was killed, and control sockets. Their names tell; nothing is opened. Those of another pid namespace stay: whether their processes
    /// are there cannot be seen from here.
    /// </summary>
    private static void RemoveStale(PrivateDirectory directory, string path, ProcessIdentity owner, ulong space)
    {
        try
        {
            // Without our own, by their names: there may be thousands.
            string ours = $"{owner.Id}-{owner.Start}-";
            FileSystemEnumerable<string> others = new(path, (ref entry) => entry.FileName.ToString())
            {
                ShouldIncludePredicate = (ref entry) => !entry.FileName.StartsWith(ours, StringComparison.Ordinal),
            };
            foreach (string name in others)
            {
                if (PageName.TryParseEither(name, out PageName page) && page.IsNumberedAs(space) && !page.Process.IsAlive)
                {
                    _ = directory.TryRemove(name);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They stay, and readers ignore them.
        }
    }
}
