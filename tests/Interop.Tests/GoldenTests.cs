// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Interop.Tests.Kit;
using TestKit;

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
            foreach (FieldInfo field in type.GetFields(Everything).Where(field => !field.Name.StartsWith("bits_", StringComparison.Ordinal)))
            {
                Assert.Equal(table[$"{type.Name}.{field.Name}"][1], $"{Marshal.OffsetOf(type, field.Name)}");
            }
        }
    }

    [Fact]
    public unsafe void A_bit_field_is_where_the_compiler_has_it()
    {
        Golden.BitFields.control control = default;
        control.size = 0x1F;
        control.kind = 0xA5;
        control.next = 0x1_2345;
        control.high = 0x55;
        control.wide = 0x12_3456_789A;
        Assert.Equal((0x1Fu, 0xA5u, 0x1_2345u), (control.size, control.kind, control.next));
        Assert.Equal((0, 0x55, 0x12_3456_789AUL), (control.low, control.high, control.wide));

        // The same in C, printed as bytes.
        using TemporaryDirectory directory = new();
        string source = $$"""
            #include "{{new GoldenCase("BitFields").Folder}}/input.h"
            #include <stdio.h>
            #include <string.h>
            int main(void)
            {
                union { struct control control; unsigned char bytes[sizeof(struct control)]; } all;
                memset(&all, 0, sizeof(all));
                all.control.size = 0x1F;
                all.control.kind = 0xA5;
                all.control.next = 0x12345;
                all.control.high = 0x55;
                all.control.wide = 0x123456789AULL;
                for (size_t i = 0; i < sizeof(all.bytes); i++) {
                    printf("%02X", all.bytes[i]);
                }
                return 0;
            }
            """;
        string inC = ProcessRunner.Check(CCompiler.Program(directory, source));
        Assert.Equal(inC, Convert.ToHexString(new ReadOnlySpan<byte>(&control, sizeof(Golden.BitFields.control))));
    }

    [Fact]
    public void A_wrong_table_would_be_noticed()
    {
        Assertions assertions = new($"\"{new GoldenCase("Arrays").Folder}/input.h\"");
        assertions.AddTable(["struct point 4 2", "point.y 4 2 int16_t"]);
        Assert.NotEqual(0, assertions.Compile().ExitStatus);
    }
}
