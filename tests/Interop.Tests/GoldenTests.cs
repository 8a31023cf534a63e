// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interop.Tests;

/// <summary>
/// Small headers, one for each thing C has, and what is made of them. The C# is compiled into this project; a difference is
/// for a person to look at, in the folder the failure names, and then to copy.
/// </summary>
public sealed class GoldenTests
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public;

    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_header_gives_what_it_gave_when_somebody_looked(string name)
    {
        GoldenCase golden = new(name);
        SortedDictionary<string, string> made = golden.Make();
        if (made.SequenceEqual(golden.Expected()))
        {
            return;
        }

        string folder = Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, "artifacts", "golden", name)).FullName;
        foreach ((string file, string text) in made)
        {
            File.WriteAllText(Path.Combine(folder, file), text);
        }

        Assert.Fail($"{golden.Folder} differs from what is made today, {folder}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_compiler_agrees_with_the_layout_table(string name)
    {
        GoldenCase golden = new(name);
        Assertions assertions = new($"\"{golden.Folder}/input.h\"", "-include", "linux/in.h");
        assertions.AddTable(golden.Expected()["layout.txt"].Split('\n'));
        assertions.Hold();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_compiled_structs_have_the_size_and_offsets_of_the_layout_table(string name)
    {
        Dictionary<string, string[]> table = new GoldenCase(name).Expected()["layout.txt"].Split('\n')
            .Select(line => line.Split(' '))
            .Where(words => words is [not ("const" or "#"), _, _, ..])
            .ToDictionary(words => words is ["struct", ..] ? words[1] : words[0], words => words, StringComparer.Ordinal);
        string space = $"Interop.Tests.Golden.{name}";
        foreach (Type type in typeof(GoldenTests).Assembly.GetTypes().Where(type => type is { IsValueType: true, IsNested: false } && string.Equals(type.Namespace, space, StringComparison.Ordinal)))
        {
            Assert.Equal(table[type.Name][2], $"{RuntimeHelpers.SizeOf(type.TypeHandle)}");
            foreach (FieldInfo field in type.GetFields(Everything))
            {
                Assert.Equal(table[$"{type.Name}.{field.Name}"][1], $"{Marshal.OffsetOf(type, field.Name)}");
            }
        }
    }

    [Fact]
    public void A_wrong_table_would_be_noticed()
    {
        Assertions assertions = new($"\"{new GoldenCase("Arrays").Folder}/input.h\"");
        assertions.AddTable(["struct point 4 2", "point.y 4 2 int16_t"]);
        Assert.NotEqual(0, assertions.Compile().ExitStatus);
    }
}
