// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>How much a capture may write.</summary>
internal sealed record CaptureLimits
{
    private const int DefaultBytes = 100 * 1024 * 1024;
    private const int DefaultFiles = 2;

    /// <summary>Bytes of a file (pcap-size).</summary>
    public long Bytes { get; init; } = DefaultBytes;

    /// <summary>
    /// How many files there are (pcap-files): FILE, which is written, and FILE.1, FILE.2, the older ones. With one alone the
    /// capture stops when it is full.
    /// </summary>
    public int Files { get; init; } = DefaultFiles;
}
