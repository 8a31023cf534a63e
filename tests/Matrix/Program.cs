// SPDX-License-Identifier: GPL-2.0-or-later

namespace Matrix;

/// <summary>
/// All end-to-end tests on every QEMU that Debian ships, and the table of what was tested where:
///
///     7.2    the machine's own
///     10.0   scripts/qemu-release: a folder with trixie in it
///     11.1   the same with trixie-backports
///
/// The tests are the same for all (TestKit/QemuRoot.cs says how they run one), so the table only counts them. It goes into this
/// folder's README.md when nothing has failed.
/// </summary>
internal static class Program
{
    private const string Folder = "tests/Matrix";
    private const string Marker = "matrix";

    private static int Main()
    {
        List<MatrixColumn> columns = [];
        foreach (QemuRelease release in QemuRelease.All())
        {
            Console.WriteLine($"QEMU {release.Version}, {release.Origin}");
            columns.Add(new MatrixColumn(release, EndToEndRun.Against(release)));
        }

        string table = MatrixTable.Write(columns);
        Console.WriteLine(table);
        if (!columns.TrueForAll(column => column.Tests.All(test => test.HasPassed)) || !MatrixTable.IsComplete(columns))
        {
            Console.WriteLine($"Not all has passed: {Folder}/README.md stays as it is.");
            return 1;
        }

        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        ReadmeSection.Replace(Folder, Marker, $"Tests that passed on {date}:\n\n{table}");
        return 0;
    }
}
