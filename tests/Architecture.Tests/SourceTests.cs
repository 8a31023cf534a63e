// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using Architecture.Tests.Kit;

namespace Architecture.Tests;

/// <summary>What every file must have, and may not.</summary>
public sealed class SourceTests
{
    private const int MaximumLines = 400;
    private const string Licence = "SPDX-License-Identifier: GPL-2.0-or-later";

    /// <summary>These are built from pointers, so somebody must say why the pointer holds.</summary>
    private static readonly Regex s_unsafeAct = new(@"\bfixed \(|\bstackalloc\b|\bNativeMemory\.\w*Alloc|\bUnsafe\.|new (ReadOnly)?Span<byte>\(\w+(\.\w+)* ?[,+]|new (ReadOnly)?Span<byte>\(\w+->");

    [Fact]
    public void No_file_that_somebody_wrote_has_more_than_400_lines()
    {
        Assert.All(SourceFile.All(), file => Assert.True(file.Lines.Length <= MaximumLines, $"{file.Path} has {file.Lines.Length} lines"));
    }

    [Fact]
    public void Every_code_file_begins_with_the_licence()
    {
        foreach (SourceFile file in SourceFile.All().Where(file => !file.Path.EndsWith("proj", StringComparison.Ordinal) && !IsMsBuild(file)))
        {
            // A script's first line names its interpreter.
            Assert.True(file.Lines.Take(2).Any(line => line.Contains(Licence, StringComparison.Ordinal)), $"{file.Path} does not begin with {Licence}");
        }
    }

    /// <summary>
    /// As far as a text can tell: a member that makes a span of a pointer, pins, or allocates native memory has a SAFETY comment,
    /// in it or above it. A blank line in front of four spaces ends a member; the format check keeps that so.
    /// </summary>
    [Fact]
    public void Every_member_that_touches_memory_by_pointer_says_why_it_may()
    {
        List<string> silent = [];
        int found = 0;
        foreach (SourceFile file in SourceFile.All("managed").Where(file => Regex.IsMatch(file.Text, @"\bunsafe\b")))
        {
            foreach (string member in Regex.Split(file.Text, @"\n\n(?=    \S)").Where(member => s_unsafeAct.IsMatch(member)))
            {
                found++;
                if (!member.Contains("SAFETY: ", StringComparison.Ordinal))
                {
                    silent.Add($"{file.Path}: {s_unsafeAct.Match(member).Value}");
                }
            }
        }

        Assert.True(found >= 10, $"{found} members found");
        Assert.Empty(silent);
    }

    private static bool IsMsBuild(SourceFile file) =>
        file.Path.EndsWith(".props", StringComparison.Ordinal) || file.Path.EndsWith(".targets", StringComparison.Ordinal);
}
