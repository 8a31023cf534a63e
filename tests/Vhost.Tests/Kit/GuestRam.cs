// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Vhost.Tests.Kit;

/// <summary>
/// A guest's memory in a file of its own, as a VMM shares it: the descriptor goes to the back-end, and the tests write to their mapping of it.
/// </summary>
internal sealed unsafe partial class GuestRam : IDisposable
{
    /// <summary>Where the guest sees it.</summary>
    public const ulong GuestAddress = 0x1_0000_0000;

    /// <summary>Where the front-end says it sees it.</summary>
    public const ulong UserAddress = 0x7f00_0000_0000;

    private const int ReadWrite = 3;
    private const int Shared = 1;
    private static int s_made;

    /// <summary>Makes it, all zero.</summary>
    public GuestRam(int size = 4 << 20)
    {
        Size = size;
        Name = string.Create(CultureInfo.InvariantCulture, $"guest-{Interlocked.Increment(ref s_made)}-");
        Descriptor = Checked(MakeMemoryFile(Name, 1));
        _ = Checked(Truncate(Descriptor, size));
        Start = Map(null, (nuint)size, ReadWrite, Shared, Descriptor, 0);
        Assert.True(Start != (byte*)-1);
    }

    /// <summary>What /proc calls it.</summary>
    public string Name { get; }

    /// <summary>The file.</summary>
    public int Descriptor { get; private set; }

    public int Size { get; }

    /// <summary>The test's own mapping.</summary>
    public byte* Start { get; }

    /// <summary>Bytes at an offset.</summary>
    public Span<byte> At(int offset, int length)
    {
        Assert.InRange(offset, 0, Size - length);
        return new Span<byte>(Start + offset, length);
    }

    /// <summary>A number at an offset.</summary>
    public ref T Field<T>(int offset)
        where T : unmanaged
    {
        Assert.InRange(offset, 0, Size - sizeof(T));
        return ref *(T*)(Start + offset);
    }

    /// <summary>The front-end cuts its file off.</summary>
    public void Cut(int size) => Checked(Truncate(Descriptor, size));

    public void Dispose()
    {
        // Twice is once: another test may have its memory there by then.
        if (Descriptor >= 0)
        {
            _ = Unmap(Start, (nuint)Size);
            _ = Close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int Checked(int result) => result >= 0 ? result : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
