// SPDX-License-Identifier: GPL-2.0-or-later

namespace Matrix;

/// <summary>The table in Markdown: a row for what was tested, a column for the release.</summary>
internal static class MatrixTable
{
    public static string Write(IReadOnlyList<MatrixColumn> columns)
    {
        MarkdownTable table = new([.. columns.Select(column => $"{column.Release.Version}, {column.Release.Origin}").Prepend("QEMU")], words: 1);
        foreach (MatrixRow row in MatrixRow.All)
        {
            table.Add([row.Title, .. columns.Select(row.Cell)]);
        }

        table.Add(["TCP of a virtio-net guest: frames of the wire per frame of the guest, out / in", .. columns.Select(MatrixRow.FramesPerDelivery)]);
        return table.ToString();
    }

    /// <summary>Each row has tests: a class that was renamed would leave an empty one.</summary>
    public static bool IsComplete(IReadOnlyList<MatrixColumn> columns) =>
        MatrixRow.All.All(row => columns.All(column => row.Select(column).Length > 0));
}

/// <summary>A release and what came of its tests.</summary>
internal sealed record MatrixColumn(QemuRelease Release, IReadOnlyList<TestOutcome> Tests);
