// SPDX-License-Identifier: GPL-2.0-or-later
//
// One netdev's statistics page: a file that QEMU has mapped, which anybody who may read it can look at while QEMU runs.
// The counters of the session live here, so that publishing them costs nothing: no copy, no system call.
//
//     part           written                                        how a reader gets it whole
//     Header         when the session opens; Magic last             Magic, Version and Size are right
//     Description    when the session opens, and by qom-set         as State
//     State          a few times a second while there is traffic    State.Sequence is even, and the same before and after
//     Traffic        for every batch, many words for every frame    one writer, aligned 64-bit stores: each word is whole
//     Drops          for every refused frame                        as Traffic
//
// Words of Traffic and Drops are each right, and may be of slightly different moments: 3 frames counted, their bytes not yet.
//
// Where: $XDG_RUNTIME_DIR/qemu-l2tpv3/, else /run/qemu-l2tpv3/ (mode 0700), file PID-START-N-NAMESPACE (mode 0600).
// START is the start time of the process (proc(5), stat, field 22): a pid comes again, the pair does not. NAMESPACE is the pid
// namespace that numbers it: a directory may be shared with containers, and in another namespace the pair tells nothing. The page
// of a process that is gone means nothing; the next session of the same namespace that opens a page in the same directory removes
// it. A reader believes a page only when the file, and the directory, belong to the user of that process or to root.
//
// There is no cookie in a page: whoever reads it could send frames to the guest.
//
// Whoever may write to the file could cut it short, and QEMU would die of SIGBUS at its next frame. Only QEMU's own user and
// root may, and both can kill it anyway.
//
// Integers are in the byte order of the machine, texts are UTF-8 and filled up with NUL. Every change of this file or of
// the order of DropReason raises CurrentVersion; tests/DataPlane.Tests has the layout of the version as literals.

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>The page, byte by byte.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StatisticsPage
{
    /// <summary>"l2tpv3st" in memory.</summary>
    public const ulong Magic = 0x7473_3376_7074_326C;

    /// <summary>The version that this code writes and reads.</summary>
    public const uint CurrentVersion = 5;

    /// <summary>Bytes of the file: whole pages of memory.</summary>
    public const int FileSize = 4096;

    public PageHeader Header;
    public SessionDescription Description;
    public LiveState State;
    public TrafficCounters Traffic;
    public DropTable Drops;

    /// <summary>Makes a page of a file's bytes.</summary>
    /// <param name="file">All of the file.</param>
    /// <param name="page">A copy of the page.</param>
    /// <returns>What the bytes are.</returns>
    public static PageVerdict TryRead(ReadOnlySpan<byte> file, out StatisticsPage page)
    {
        page = default;
        if (file.Length < FileSize || MemoryMarshal.Read<ulong>(file) != Magic)
        {
            return PageVerdict.NoPage;
        }

        page = MemoryMarshal.Read<StatisticsPage>(file);
        if (page.Header.Version != CurrentVersion || page.Header.Size != FileSize)
        {
            return PageVerdict.OtherVersion;
        }

        return page.State.Sequence % 2 == 0 ? PageVerdict.Good : PageVerdict.Changing;
    }
}
