// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Fuzz.Tests.Engine;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): equal seeds give equal numbers, on every release of .NET.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Generator(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    public void Fill(Span<byte> bytes)
    {
        ulong word = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            word = (i & 7) == 0 ? Next() : word >> 8;
            bytes[i] = (byte)word;
        }
    }
}
