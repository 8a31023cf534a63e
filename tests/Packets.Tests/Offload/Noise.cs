// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packets.Tests.Offload;

/// <summary>Payloads in which no two places look alike.</summary>
internal static class Noise
{
    /// <summary>Equal sizes and seeds give equal bytes.</summary>
    public static byte[] Bytes(int size, int seed)
    {
        byte[] bytes = new byte[size];
#pragma warning disable CA5394 // a test wants the same bytes each time, not secret ones
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }
}
