// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>Ethernet frames whose every byte tells frames and positions apart.</summary>
public static class TestFrames
{
    /// <summary>Bytes of an Ethernet header: no frame is shorter.</summary>
    public const int EthernetHeader = 14;

    /// <summary>A frame of a size; equal seeds and sizes give equal frames.</summary>
    public static byte[] Create(int size, int seed = 0)
    {
        byte[] frame = new byte[size];
#pragma warning disable CA5394 // a test wants the same bytes each time, not secret ones
        new Random((seed * 70_001) + size).NextBytes(frame);
#pragma warning restore CA5394

        // Locally administered unicast addresses and an experimental ethertype (IEEE 802): nothing in between cares for it.
        ReadOnlySpan<byte> header = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01, 0x88, 0xb5];
        header[..Math.Min(size, header.Length)].CopyTo(frame);
        return frame;
    }

    /// <summary>So many frames of a size, with the seeds 0, 1, 2 ...</summary>
    public static IEnumerable<byte[]> Burst(int count, int size) => Enumerable.Range(0, count).Select(seed => Create(size, seed));

    /// <summary>A frame of each size, with the seeds 0, 1, 2 ...</summary>
    public static IEnumerable<byte[]> OfSizes(IEnumerable<int> sizes) => sizes.Select(Create);

    /// <summary>The frame as a NIC that wants 60 bytes gets it: filled with zeros.</summary>
    public static byte[] Padded(ReadOnlySpan<byte> frame)
    {
        const int minimum = 60;
        byte[] padded = new byte[Math.Max(minimum, frame.Length)];
        frame.CopyTo(padded);
        return padded;
    }
}
