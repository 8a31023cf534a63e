// SPDX-License-Identifier: GPL-2.0-or-later
//
// Finds pages and reads them. They may be another user's, and that user may be no friend: a file is opened without following
// links or waiting, read (not mapped: whoever cuts a mapped file short kills its readers), and what is in it only ever shown.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using L2tpv3.Stat.Interop;
using L2tpv3.Statistics;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Directories that were there and could not be read, as of the last <see cref="ReadAll"/>.</summary>
    public IReadOnlyList<string> Refused { get; private set; } = [];

    private static IReadOnlyList<string> DefaultDirectories()
    {
        List<string> directories = [PageDirectory.Of(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")), PageDirectory.System];
        if (Environment.IsPrivilegedProcess && Directory.Exists(PageDirectory.UsersParent))
        {
            directories.AddRange(Directory.EnumerateDirectories(PageDirectory.UsersParent).Select(PageDirectory.Below));
        }

        return [.. directories.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>All netdevs that run now, by id and pid.</summary>
    public IReadOnlyList<Netdev> ReadAll()
    {
        OtherVersions = 0;
        List<string> refused = [];
        List<Netdev> netdevs = [];
        foreach (string directory in _directories.Where(Directory.Exists))
        {
            try
            {
                netdevs.AddRange(Directory.EnumerateFiles(directory).Select(TryRead).OfType<Netdev>());
            }
            catch (UnauthorizedAccessException) when (!_areGiven)
            {
                // Another user's, whose netdevs are not for this one to see.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refused.Add($"{directory}: {e.Message}");
            }
        }

        Refused = refused;
        return [.. netdevs.OrderBy(netdev => netdev.Id, StringComparer.Ordinal).ThenBy(netdev => netdev.Page.Header.ProcessId)];
    }

    /// <summary>Reads one file.</summary>
    /// <returns>Null when it is not the page of a process that runs.</returns>
    private Netdev? TryRead(string file)
    {
        if (!PageName.TryParse(Path.GetFileName(file), out PageName name) || !name.Process.IsAlive)
        {
            return null;
        }

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
                return IsOf(page.Header, name.Process) ? new Netdev(file, page, Environment.TickCount64) : null;
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

    private PageVerdict TryReadOnce(string file, out StatisticsPage page)
    {
        page = default;
        using SafeFileHandle handle = Libc.open(file, Libc.ReadSafely);
        if (handle.IsInvalid)
        {
            return PageVerdict.NoPage;
        }

        try
        {
            int length = RandomAccess.Read(handle, _buffer, fileOffset: 0);
            return StatisticsPage.TryRead(_buffer.AsSpan(0, length), out page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return PageVerdict.NoPage;
        }
    }
}
