// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>
/// Memory between two pages that nobody may touch, so that a read or write one byte outside ends the process instead of
/// passing unseen:
///
///     | no access |........ memory ........| no access |
/// </summary>
public sealed unsafe partial class BoundedMemory : IDisposable
{
    private const int ProtectionNone = 0;
    private const int ProtectionReadWrite = 0x1 | 0x2;
    private const int MapPrivateAnonymous = 0x02 | 0x20;

    private readonly byte* _start;
    private readonly nuint _mapped;

    /// <summary>Maps whole pages.</summary>
    /// <param name="size">Bytes that must be there, at least.</param>
    public BoundedMemory(int size)
    {
        int page = Environment.SystemPageSize;
        Size = (size + page - 1) / page * page;
        _mapped = (nuint)(Size + (2 * page));
        _start = MapMemory(null, _mapped, ProtectionNone, MapPrivateAnonymous, -1, 0) + page;
        if (_start == (byte*)-1 + page || ProtectMemory(_start, (nuint)Size, ProtectionReadWrite) != 0)
        {
            throw new InvalidOperationException($"mmap: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Bytes between the guard pages.</summary>
    public int Size { get; }

    /// <summary>The last bytes: one more is not there.</summary>
    public Span<byte> AtEnd(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size);
        return new Span<byte>(_start + Size - length, length);
    }

    /// <summary>The first bytes: one before is not there.</summary>
    public Span<byte> AtStart(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size);
        return new Span<byte>(_start, length);
    }

    /// <summary>Copies bytes to the end.</summary>
    public ReadOnlySpan<byte> CopyToEnd(ReadOnlySpan<byte> bytes)
    {
        Span<byte> copy = AtEnd(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    public void Dispose() => _ = UnmapMemory(_start - Environment.SystemPageSize, _mapped);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* MapMemory(byte* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProtectMemory(byte* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnmapMemory(byte* address, nuint length);
}
