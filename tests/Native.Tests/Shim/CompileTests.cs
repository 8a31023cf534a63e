// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;
using TestKit;

namespace Native.Tests.Shim;

/// <summary>What a compiler can say without running anything.</summary>
public sealed class CompileTests
{
    /// <summary>The shim's files.</summary>
    public static TheoryData<string> ShimFiles { get; } = [.. Gcc.Sources("native/shim").Select(source => Path.GetFileName(source))];

    private static string Header => Path.Combine(Plugin.RepositoryRoot, "native", "include", "l2tp_plane.h");

    /// <summary>gcc is what the plugin is made with; clang has warnings of its own, where it is there.</summary>
    public static TheoryData<string> Compilers { get; } =
        [.. new[] { "gcc", "clang" }.Where(IsOnPath)];

    [Theory]
    [MemberData(nameof(ShimFiles))]
    public void The_static_analyzer_finds_nothing_in_the_shim(string file) =>
        AssertCompiles("gcc", [.. Gcc.Warnings, "-O2", "-fanalyzer", .. Gcc.Includes, "-c", ShimFile(file), "-o", "/dev/null"]);

    [Theory]
    [MemberData(nameof(Compilers))]
    public void The_shim_compiles_without_a_warning(string compiler)
    {
        foreach (string source in Gcc.Sources("native/shim"))
        {
            AssertCompiles(compiler, [.. Gcc.Warnings, "-O2", .. Gcc.Includes, "-c", source, "-o", "/dev/null"]);
        }
    }

    [Theory]
    [InlineData("c", "-std=c11")]
    [InlineData("c", "-std=gnu17")]
    [InlineData("c++", "-std=c++11")]
    [InlineData("c++", "-std=c++20")]
    public void The_header_of_the_plane_stands_alone(string language, string standard) =>
        AssertCompiles("gcc", ["-x", language, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", Header]);

    private static string ShimFile(string name) => Path.Combine(Plugin.RepositoryRoot, "native", "shim", name);

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void AssertCompiles(string compiler, IEnumerable<string> arguments)
    {
        ProcessResult result = ProcessRunner.Run(compiler, arguments);
        Assert.True(result.ExitStatus == 0, result.StandardError);
    }
}
