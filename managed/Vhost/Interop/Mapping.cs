// SPDX-License-Identifier: GPL-2.0-or-later
//
// A part of somebody else's file in our memory. The file may get shorter at any time: Guard.cs turns the SIGBUS of the next access into a
// mark, which IsLost shows.
//
// A mapping begins and ends at whole blocks of its file. On hugetlbfs that is a huge page: mmap(2) takes no other offset, and munmap(2) no
// other length. What the file says is its block size (st_blksize) is that; elsewhere it is a page or a multiple.

using System;
using System.Numerics;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.Vhost.Interop;

/// <summary>Shared memory that a file is mapped to.</summary>
internal sealed unsafe class Mapping : IDisposable
{
    private const ulong PageSize = 4096;
    private const ulong LargestBlock = 1UL << 30;

    private readonly byte* _whole;
    private readonly nuint _wholeSize;
    private readonly int _guard;
    private bool _isDisposed;

    /// <summary>Maps a part of a file.</summary>
    /// <param name="file">The file; nobody needs it open afterwards.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="size">Its bytes.</param>
    /// <exception cref="SystemCallException">The file has no such part, or cannot be mapped.</exception>
    public Mapping(FileDescriptor file, ulong offset, ulong size)
    {
        ulong block = Check(file, offset, size);
        ulong start = offset & ~(block - 1);
        _wholeSize = (nuint)((offset + size - start + block - 1) & ~(block - 1));
        const int protection = LinuxConstants.PROT_READ | LinuxConstants.PROT_WRITE;
        _whole = (byte*)Libc.mmap(null, _wholeSize, protection, LinuxConstants.MAP_SHARED | VhostConstants.MAP_NORESERVE, file.Number, (long)start);
        if (_whole == (byte*)-1)
        {
            throw SystemCallException.Last($"cannot map {size} bytes at {offset} of a memory file");
        }

        _guard = Guard.Add(_whole, _wholeSize);
        if (_guard < 0)
        {
            _ = Libc.munmap(_whole, _wholeSize);
            throw new SystemCallException("too many mappings");
        }

        Start = _whole + (offset - start);
        Size = size;
    }

    /// <summary>The first byte of the part.</summary>
    public byte* Start { get; }

    public ulong Size { get; }

    /// <summary>The file had ended when somebody looked: all is zeros now, and belongs to us alone.</summary>
    public bool IsLost => Guard.IsHit(_guard) != 0;

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Guard.Remove(_guard);
            _ = Libc.munmap(_whole, _wholeSize);
        }
    }

    /// <summary>Makes sure that the file has this part.</summary>
    /// <returns>Bytes of a block of the file.</returns>
    private static ulong Check(FileDescriptor file, ulong offset, ulong size)
    {
        stat facts;
        if (Libc.fstat(file.Number, &facts) != 0)
        {
            throw SystemCallException.Last("cannot look at a memory file");
        }

        bool isRegular = (facts.st_mode & LinuxConstants.S_IFMT) == LinuxConstants.S_IFREG;
        ulong end = offset + size;
        if (size == 0 || end < size || end > long.MaxValue - LargestBlock || (isRegular && end > (ulong)facts.st_size))
        {
            throw new SystemCallException($"a memory file of {facts.st_size} bytes has no {size} bytes at {offset}");
        }

        ulong block = (ulong)facts.st_blksize;
        return BitOperations.IsPow2(block) && block is >= PageSize and <= LargestBlock ? block : PageSize;
    }
}
