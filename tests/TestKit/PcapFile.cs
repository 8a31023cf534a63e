// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace TestKit;

/// <summary>Reads the classic capture format (draft-ietf-opsawg-pcap, section 4), in this machine's byte order.</summary>
public static class PcapFile
{
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int CapturedLengthOffset = 8;

    /// <summary>The frames that are whole by now; a file that is still written may end in the middle of one.</summary>
    public static IReadOnlyList<byte[]> Read(string path)
    {
        List<byte[]> frames = [];
        ReadOnlySpan<byte> rest = File.Exists(path) ? File.ReadAllBytes(path) : [];
        rest = rest.Length < FileHeader ? [] : rest[FileHeader..];
        while (rest.Length >= RecordHeader)
        {
            int end = RecordHeader + BinaryPrimitives.ReadInt32LittleEndian(rest[CapturedLengthOffset..]);
            if (rest.Length < end)
            {
                break;
            }

            frames.Add(rest[RecordHeader..end].ToArray());
            rest = rest[end..];
        }

        return frames;
    }
}
