// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Fuzz.Tests.Engine;

/// <summary>
/// The input that is being run, in a mapped file: when the process dies of it (a guard page was touched), the file still has it.
/// </summary>
internal sealed class RunningInput : IDisposable
{
    private const int Size = 1 << 17;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public RunningInput(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>This one is next.</summary>
    public void Set(byte[] input)
    {
        int length = Math.Min(input.Length, Size - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    /// <summary>What a process ran when it died.</summary>
    public static byte[] Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        return file.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(file)).ToArray();
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
