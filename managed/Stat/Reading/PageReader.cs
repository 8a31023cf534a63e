// SPDX-License-Identifier: GPL-2.0-or-later
//
// Finds pages and reads them. They may be another user's, and that user may be no friend: a file is opened without following
// links or waiting, read (not mapped: whoever cuts a mapped file short kills its readers), and what is in it only ever shown.
// It is believed only when its owner, and the directory's, is the user of the process that it tells of, or root: else anybody
// could put a page of root's QEMU beside the true one. The directory is opened first, and its files through it, so that
// nobody can put another one in its place meanwhile.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Reading;

/// <summary>Reads the pages of some directories.</summary>
internal sealed class PageReader
{
    private const int Attempts = 100;

    private readonly IReadOnlyList<string> _directories;
    private readonly byte[] _buffer = new byte[StatisticsPage.FileSize];

    private readonly bool _areGiven;

    /// <summary>Reads these directories.</summary>
    public PageReader(IReadOnlyList<string> directories)
    {
        _directories = directories;
        _areGiven = true;
    }

    /// <summary>Reads this user's place, the system's, and those of all users, as far as they can be read.</summary>
    public PageReader()
    {
        _directories = DefaultDirectories();
    }

    /// <summary>How many pages the last <see cref="ReadAll"/> found that are of another build.</summary>
    public int OtherVersions { get; private set; }

    /// <summary>What was there and is not shown, in words, as of the last <see cref="ReadAll"/>.</summary>
    public IReadOnlyList<string> Refused { get; private set; } = [];

    private static IReadOnlyList<string> DefaultDirectories()
    {
        List<string> directories = [PageDirectory.Of(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")), PageDirectory.System];
        foreach (string parent in (string[])[PageDirectory.UsersParent, PageDirectory.ProgramsParent])
        {
            if (Environment.IsPrivilegedProcess && Directory.Exists(parent))
            {
                directories.AddRange(Directory.EnumerateDirectories(parent).Select(PageDirectory.Below));
            }
        }

        return [.. directories.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>All netdevs that run now, by id and pid.</summary>
    public IReadOnlyList<Netdev> ReadAll()
    {
        OtherVersions = 0;
        List<string> refused = [];
        List<Netdev> netdevs = [];
        ulong space = PidNamespace.Own;
        foreach (string path in _directories.Where(path => _areGiven || Directory.Exists(path)))
        {
            using OpenFile? directory = OpenFile.Directory(path, out string problem);
            if (directory is not null)
            {
                ReadDirectory(directory, path, space, netdevs, refused);
            }
            else if (_areGiven)
            {
                // Of those that were not asked for: another user's, whose netdevs are not for this one to see.
                refused.Add($"{path}: {problem}");
            }
        }

        Refused = refused;
        KernelDrops drops = new();
        return [.. netdevs.Select(drops.AddTo).OrderBy(netdev => netdev.Id, StringComparer.Ordinal).ThenBy(netdev => netdev.Page.Header.ProcessId).ThenBy(netdev => netdev.Number)];
    }

    private void ReadDirectory(OpenFile directory, string path, ulong space, List<Netdev> netdevs, List<string> refused)
    {
        int forged = 0;
        int elsewhere = 0;
        foreach (string file in Files(directory))
        {
            if (!PageName.TryParse(file, out PageName name))
            {
                continue;
            }

            if (!name.IsNumberedAs(space))
            {
                elsewhere++;
            }
            else if (ProcessUser.TryFind(name.Process.Id, out uint user) && name.Process.IsAlive)
            {
                // In this order: the process that is alive after all is the one whose user that is.
                using OpenFile? page = directory.File(file);
                bool isOwn = directory.IsOf(user) && page?.IsOf(user) is true;
                forged += page is not null && !isOwn ? 1 : 0;
                if (isOwn && TryRead(page!, name) is { } found)
                {
                    netdevs.Add(new Netdev(Path.Combine(path, file), name.Number, found, Environment.TickCount64));
                }
            }
        }

        if (forged != 0)
        {
            refused.Add($"{path}: {Pages(forged)} not shown: somebody else may have made them. File and directory must belong to the user of the process or to root, and nobody else may write to them");
        }

        if (elsewhere != 0)
        {
            refused.Add($"{path}: {Pages(elsewhere)} not shown: from another pid namespace, such as that of a container. Run l2tpv3-stat there (nsenter --all --target PID)");
        }
    }

    private static string Pages(int count) => count == 1 ? "1 page is" : $"{count} pages are";

    /// <summary>The names in a directory that is open, wherever it has been moved to.</summary>
    private static IReadOnlyList<string> Files(OpenFile directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/self/fd/{directory.Handle.DangerousGetHandle()}/").Select(file => Path.GetFileName(file))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads one file.</summary>
    /// <returns>Null when it is not the page of this process.</returns>
    private StatisticsPage? TryRead(OpenFile file, in PageName name)
    {
        for (int i = 0; i < Attempts; i++)
        {
            PageVerdict verdict = TryReadOnce(file, out StatisticsPage page);
            // The state may have been written between its two ends: only the same number twice is a whole one.
            if (verdict == PageVerdict.Good
                && TryReadOnce(file, out StatisticsPage again) == PageVerdict.Good
                && again.State.Sequence == page.State.Sequence)
            {
                page.Traffic = again.Traffic;
                page.Drops = again.Drops;
                return IsOf(page.Header, name.Process) ? page : null;
            }

            if (verdict is PageVerdict.NoPage or PageVerdict.OtherVersion)
            {
                OtherVersions += verdict == PageVerdict.OtherVersion ? 1 : 0;
                return null;
            }
        }

        return null;
    }

    private static bool IsOf(in PageHeader header, ProcessIdentity process) =>
        new ProcessIdentity(header.ProcessId, header.ProcessStart) == process;

    private PageVerdict TryReadOnce(OpenFile file, out StatisticsPage page)
    {
        page = default;
        try
        {
            int length = RandomAccess.Read(file.Handle, _buffer, fileOffset: 0);
            return StatisticsPage.TryRead(_buffer.AsSpan(0, length), out page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return PageVerdict.NoPage;
        }
    }
}
