// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Files;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Counting;

/// <summary>
/// The memory of one statistics page: a mapped file where that can be had, else private memory, and then nobody sees the
/// counters from outside. The session works alike.
/// </summary>
internal sealed unsafe class PageMemory : IDisposable
{
    private readonly PageFile? _file;
    private readonly NativeBlock? _block;

    /// <summary>A page that is not published.</summary>
    public PageMemory()
    {
        _block = new NativeBlock(StatisticsPage.FileSize);
        Page = (StatisticsPage*)_block.Start;
    }

    private PageMemory(PageFile file)
    {
        _file = file;
        Page = (StatisticsPage*)file.Start;
    }

    /// <summary>The page; it stays where it is until Dispose.</summary>
    public StatisticsPage* Page { get; }

    /// <summary>The file's full name; null: others cannot read it.</summary>
    public string? Path => _file?.Path;

    /// <summary>A page that others can read, if that can be had.</summary>
    /// <param name="directory">Where; empty: nowhere.</param>
    /// <param name="problem">Why it is not published; empty when it is, or was not to be.</param>
    public static PageMemory Publish(string directory, out string problem)
    {
        problem = string.Empty;
        if (directory.Length == 0)
        {
            return new PageMemory();
        }

        if (!ProcessIdentity.TryFind(Environment.ProcessId, out ProcessIdentity self))
        {
            problem = "/proc is not there";
            return new PageMemory();
        }

        PageFile? file = PageFile.Create(directory, self, out problem);
        PageMemory memory;
        try
        {
            memory = file is null ? new PageMemory() : new PageMemory(file);
        }
        catch
        {
            file?.Dispose();
            throw;
        }

        memory.Page->Header.ProcessId = self.Id;
        memory.Page->Header.ProcessStart = self.Start;
        return memory;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _block?.Dispose();
    }
}
