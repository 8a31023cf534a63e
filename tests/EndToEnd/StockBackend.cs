// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd;

/// <summary>What is known of QEMU's own backend.</summary>
internal static class StockBackend
{
    /// <summary>The end of its line in `info network`: it never says anything else.</summary>
    public const string InfoLine = "l2tpv3: connected";

    /// <summary>Bytes that it reads of a frame: 2 KiB in 7.2, 16 KiB as seen in 10.0 and 11.1.</summary>
    public static int Buffer => QemuRoot.Release.Major < 10 ? 2048 : 16_384;
}
