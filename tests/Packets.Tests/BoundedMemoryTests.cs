// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TestKit;

namespace Packets.Tests;

/// <summary>The fence itself: the kernel is asked to touch the bytes outside, for it answers where we would crash.</summary>
public sealed class BoundedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void The_byte_behind_the_memory_cannot_be_read(int length)
    {
        using BoundedMemory memory = new(5000);
        Assert.Throws<IOException>(() => WriteToFile(Grown(memory.AtEnd(length), before: 0, behind: 1)));
    }

    [Fact]
    public void The_byte_before_the_memory_cannot_be_read()
    {
        using BoundedMemory memory = new(1);
        Assert.Throws<IOException>(() => WriteToFile(Grown(memory.AtStart(10), before: 1, behind: 0)));
    }

    [Fact]
    public void The_bytes_inside_can_be_read_and_written()
    {
        using BoundedMemory memory = new(10);
        memory.AtStart(memory.Size).Fill(7);
        WriteToFile(memory.AtEnd(memory.Size));
        Assert.Equal(-1, memory.AtEnd(memory.Size).IndexOfAnyExcept((byte)7));
    }

    private static ReadOnlySpan<byte> Grown(Span<byte> memory, int before, int behind)
    {
        ref byte first = ref MemoryMarshal.GetReference(memory);
        return MemoryMarshal.CreateReadOnlySpan(
            ref System.Runtime.CompilerServices.Unsafe.Subtract(ref first, before), memory.Length + before + behind);
    }

    private static void WriteToFile(ReadOnlySpan<byte> bytes)
    {
        string path = Path.GetTempFileName();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, bytes, 0);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
