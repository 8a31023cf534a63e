// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

namespace Interop.Tests.Kit;

/// <summary>A C file of static assertions. gcc is the judge; nothing is run.</summary>
internal sealed class Assertions
{
    private readonly StringBuilder _text = new("#define _GNU_SOURCE\n#include <stddef.h>\n");
    private readonly List<string> _options;

    /// <summary>Begins with a header.</summary>
    /// <param name="header">As it stands behind #include.</param>
    /// <param name="options">For gcc.</param>
    public Assertions(string header, params IEnumerable<string> options)
    {
        _options = [.. options];
        _text.Append("#include ").Append(header).Append('\n');
    }

    public int Count { get; private set; }

    public void Add(string expression)
    {
        _text.Append("_Static_assert(").Append(expression).Append(", \"the table differs\");\n");
        Count++;
    }

    /// <summary>
    /// Adds the lines of a layout table (Writing/LayoutTable.cs): records by tag or typedef, fields, constants. A bit field has
    /// no offset in C; what is around it shows where it is.
    /// </summary>
    public void AddTable(IEnumerable<string> lines)
    {
        string keyword = string.Empty;
        foreach (string[] words in lines.Select(line => line.Split(' ')).Where(words => words is [not "#", _, ..]))
        {
            switch (words)
            {
                case ["struct", string name, string size, string alignment]:
                    keyword = Keyword(name);
                    Add($"sizeof({keyword}{name}) == {size} && _Alignof({keyword}{name}) == {alignment}");
                    break;
                case ["const", string name, string value, ..]:
                    // The same bits: a table has no unsigned 64-bit numbers.
                    Add($"(unsigned long long)({name}) == (unsigned long long)({value}LL)");
                    break;
                case [string path, string offset, string size, ..] when !offset.Contains(':', StringComparison.Ordinal):
                    string record = path[..path.IndexOf('.', StringComparison.Ordinal)];
                    string field = path[(record.Length + 1)..];
                    Add($"offsetof({keyword}{record}, {field}) == {offset}");
                    if (size is not "0")
                    {
                        Add($"sizeof((({keyword}{record} *)0)->{field}) == {size}");
                    }

                    break;
            }
        }
    }

    /// <summary>Compiles.</summary>
    /// <returns>gcc's exit status and messages.</returns>
    public ProcessResult Compile()
    {
        using TemporaryDirectory directory = new();
        string source = directory.File("assertions.c");
        File.WriteAllText(source, _text.ToString());
        return ProcessRunner.Run("gcc", ["-std=gnu11", "-fsyntax-only", .. _options, source]);
    }

    /// <summary>Compiles, and fails with gcc's words.</summary>
    public void Hold()
    {
        Assert.True(Count > 0);
        ProcessResult result = Compile();
        Assert.True(result.ExitStatus == 0, result.StandardError);
    }

    private static string Keyword(string name) => name switch
    {
        "number" => "union ",
        "without_tag" => string.Empty,
        _ when char.IsUpper(name[0]) => string.Empty,
        _ => "struct ",
    };
}
