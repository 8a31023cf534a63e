// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Matrix;

/// <summary>The table in Markdown: a row for what was tested, a column for the release.</summary>
internal static class MatrixTable
{
    public static string Write(IReadOnlyList<MatrixColumn> columns)
    {
        StringBuilder text = new();
        AppendRow(text, "QEMU", columns, column => $"{column.Release.Version}, {column.Release.Origin}");
        AppendRow(text, "---", columns, _ => "--:");
        foreach (MatrixRow row in MatrixRow.All)
        {
            AppendRow(text, row.Title, columns, row.Cell);
        }

        AppendRow(text, "TCP of a virtio-net guest: frames of the wire per frame of the guest, out / in", columns, MatrixRow.FramesPerDelivery);
        return text.ToString();
    }

    /// <summary>Each row has tests: a class that was renamed would leave an empty one.</summary>
    public static bool IsComplete(IReadOnlyList<MatrixColumn> columns) =>
        MatrixRow.All.All(row => columns.All(column => row.Select(column).Length > 0));

    private static void AppendRow(StringBuilder text, string title, IEnumerable<MatrixColumn> columns, Func<MatrixColumn, string> cell) =>
        text.Append("| ").Append(title).Append(" | ").AppendJoin(" | ", columns.Select(cell)).Append(" |\n");
}
