// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace FrontEnd.Tests;

/// <summary>The structs that C# and C share have the same shape on both sides: gcc is the judge.</summary>
public sealed class LayoutTests
{
    /// <summary>Names of C by names of C#, where they are not the same word.</summary>
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["Behaviour"] = "flags",
        ["Timeout"] = "timeout_ms",
        ["Descriptor"] = "fd",
    };

    [Theory]
    [InlineData("VhostOptions", "vd_options")]
    [InlineData("VhostPiece", "vd_piece")]
    [InlineData("VhostFigures", "vd_figures")]
    [InlineData("VhostRing", "vd_ring")]
    [InlineData("VhostRegion", "vd_region")]
    public void Each_member_lies_where_C_has_it(string type, string name)
    {
        Type managed = typeof(VhostDriver).Assembly.GetType($"TestKit.{type}")!;
        FieldInfo[] fields = managed.GetFields(BindingFlags.Instance | BindingFlags.Public);
        Assert.NotEmpty(fields);
        StringBuilder text = new("#include \"vhost-driver.h\"\n");
        _ = text.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert(sizeof(struct {name}) == {Marshal.SizeOf(managed)}, \"size\");");
        foreach (FieldInfo field in fields)
        {
            _ = text.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert(offsetof(struct {name}, {Name(field.Name)}) == {Marshal.OffsetOf(managed, field.Name)}, \"{field.Name}\");");
        }

        using TemporaryDirectory directory = new();
        string source = directory.File("layout.c");
        File.WriteAllText(source, text.ToString());
        _ = ProcessRunner.Check("gcc", "-std=gnu11", "-Werror", "-fsyntax-only", $"-I{Path.Combine(Plugin.RepositoryRoot, "tests", "vhost-driver")}", source);
    }

    private static string Name(string field) =>
        s_names.TryGetValue(field, out string? name)
            ? name
            : string.Concat(field.Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
