// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

namespace DataPlane.Tests.Interop;

/// <summary>A C file of static assertions. gcc, with the headers of this machine, is the judge; nothing is run.</summary>
internal sealed class CProgram
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins with the headers.</summary>
    /// <param name="headers">As they stand between the angle brackets; interop/headers is searched, too.</param>
    public CProgram(params IEnumerable<string> headers)
    {
        // For struct mmsghdr and sendmmsg(2).
        Line("#define _GNU_SOURCE");
        foreach (string header in headers)
        {
            Line($"#include <{header}>");
        }

    }

    public int Assertions { get; private set; }

    public void Line(string text) => _text.Append(text).Append('\n');

    /// <summary>Asserts an integer constant expression; a failure shows the expression.</summary>
    public void Assert(string expression)
    {
        Line($"""_Static_assert({expression}, "C# differs");""");
        Assertions++;
    }

    /// <summary>Compiles.</summary>
    /// <returns>gcc's exit status and messages.</returns>
    public ProcessResult Compile()
    {
        using TemporaryDirectory directory = new();
        string source = directory.File("interop.c");
        File.WriteAllText(source, _text.ToString());
        string plane = Path.Combine(Plugin.RepositoryRoot, "native", "include");
        string umbrellas = Path.Combine(Plugin.RepositoryRoot, "interop", "headers");
        // The calls in the assertions are never made, so their null pointers do no harm.
        return ProcessRunner.Run("gcc", ["-std=gnu11", "-Wall", "-Werror", "-Wno-nonnull", "-fsyntax-only", $"-I{plane}", $"-I{umbrellas}", source]);
    }
}
