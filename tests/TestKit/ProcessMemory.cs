// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestKit;

/// <summary>
/// Another process's memory (proc(5), /proc/PID/mem), to bring a counter to a value that would take hours to reach. It is found
/// as one finds it with a debugger: by the values it is known to have at several times.
/// </summary>
public sealed class ProcessMemory : IDisposable
{
    private const int LargestRegion = 64 << 20;
    private readonly string _mapsPath;
    private readonly SafeFileHandle _memory;

    /// <summary>Opens the memory of a process.</summary>
    public ProcessMemory(int id)
    {
        _mapsPath = $"/proc/{id}/maps";
        _memory = File.OpenHandle($"/proc/{id}/mem", FileMode.Open, FileAccess.ReadWrite);
    }

    /// <summary>Where aligned words of this value are now.</summary>
    public IReadOnlyList<long> Find(uint value)
    {
        List<long> found = [];
        foreach ((long start, int size) in WritableRegions())
        {
            byte[] bytes = new byte[size];
            int read = Read(start, bytes);
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes.AsSpan(0, read));
            int index = 0;
            while (words[index..].IndexOf(value) is int next and >= 0)
            {
                index += next;
                found.Add(start + (index * (long)sizeof(uint)));
                index++;
            }
        }

        return found;
    }

    /// <summary>Those of the addresses that hold this value now.</summary>
    public IReadOnlyList<long> Keep(IEnumerable<long> addresses, uint value)
    {
        byte[] word = new byte[sizeof(uint)];
        return [.. addresses.Where(address => Read(address, word) == word.Length && BitConverter.ToUInt32(word) == value)];
    }

    /// <summary>Writes one value to all addresses.</summary>
    public void Write(IEnumerable<long> addresses, uint value)
    {
        foreach (long address in addresses)
        {
            RandomAccess.Write(_memory, BitConverter.GetBytes(value), address);
        }
    }

    public void Dispose() => _memory.Dispose();

    private int Read(long address, byte[] buffer)
    {
        try
        {
            return RandomAccess.Read(_memory, buffer, address);
        }
        catch (IOException)
        {
            // Unmapped meanwhile, or the kernel's own page.
            return 0;
        }
    }

    private IEnumerable<(long Start, int Size)> WritableRegions()
    {
        foreach (string line in File.ReadAllLines(_mapsPath))
        {
            string[] fields = line.Split(' ', 3);
            string[] range = fields[0].Split('-');
            long start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            long size = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start;
            if (fields[1].StartsWith("rw-p", StringComparison.Ordinal) && size <= LargestRegion)
            {
                yield return (start, (int)size);
            }
        }
    }
}
