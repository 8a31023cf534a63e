// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Interop;

namespace Interop.Tests;

/// <summary>What is committed is what the generator makes of the headers.</summary>
public sealed class RegenerationTests
{
    private static readonly string[] s_tables = ["benchmarks", "linux", "plane", "vhost", "virtio-net"];

    public static TheoryData<string> Tables => [.. s_tables];

    [Fact]
    public void The_committed_files_are_what_the_generator_makes_today()
    {
        Repository repository = Repository.Around(Plugin.RepositoryRoot);
        SortedDictionary<string, string> made = repository.Make();
        Assert.True(made.Count >= 20, $"{made.Count} files");
        Assert.Empty(repository.Differences(made));
    }

    [Fact]
    public void A_difference_a_missing_file_and_a_leftover_are_noticed()
    {
        Repository repository = Repository.Around(Plugin.RepositoryRoot);
        const string folder = "managed/DataPlane/Interop";
        SortedDictionary<string, string> made = new(StringComparer.Ordinal)
        {
            [$"{folder}/iovec.g.cs"] = "something else",
            [$"{folder}/nobody.g.cs"] = string.Empty,
        };
        IReadOnlyList<string> differences = repository.Differences(made);
        Assert.Contains($"{folder}/iovec.g.cs differs", differences, StringComparer.Ordinal);
        Assert.Contains($"{folder}/nobody.g.cs is missing", differences, StringComparer.Ordinal);
        Assert.Contains($"{folder}/msghdr.g.cs is not made any more", differences, StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_compiler_agrees_with_each_layout_table(string name)
    {
        string interop = Path.Combine(Plugin.RepositoryRoot, "interop");
        string[] lines = File.ReadAllLines(Path.Combine(interop, "layouts", $"{name}.txt"));
        Assertions assertions = new($"\"{interop}/headers/{name}.h\"", $"-I{Plugin.RepositoryRoot}/native/include");
        assertions.AddTable(lines.Where(line => !IsKernelOnly(line)));
        assertions.Hold();

        Assertions kernel = new("<linux/in.h>");
        kernel.AddTable(lines.Where(IsKernelOnly));
        if (kernel.Count > 0)
        {
            kernel.Hold();
        }
    }

    [Fact]
    public void Every_list_has_a_table_that_is_checked() =>
        Assert.Equal(
            s_tables,
            Directory.GetFiles(Path.Combine(Plugin.RepositoryRoot, "interop", "headers"), "*.list").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The one constant of a kernel header that cannot be read beside glibc's.</summary>
    private static bool IsKernelOnly(string line) => line.StartsWith("const IPPROTO_L2TP ", StringComparison.Ordinal);
}
