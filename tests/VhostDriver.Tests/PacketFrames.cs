// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>Frames behind a vnet header that asks for nothing.</summary>
internal static class PacketFrames
{
    /// <summary>Of the two addresses.</summary>
    private const int AddressSize = 6;

    /// <summary>A frame with its header.</summary>
    public static byte[] Create(VhostDriver driver, int size, int seed = 0) =>
        [.. new byte[driver.HeaderSize], .. TestFrames.Create(size, seed)];

    /// <summary>The frame without its header.</summary>
    public static byte[] Frame(VhostDriver driver, byte[] received) => received[driver.HeaderSize..];

    /// <summary>As testpmd's macswap sends it back.</summary>
    public static byte[] Swapped(byte[] frame) =>
        [.. frame[AddressSize..(2 * AddressSize)], .. frame[..AddressSize], .. frame[(2 * AddressSize)..]];
}
