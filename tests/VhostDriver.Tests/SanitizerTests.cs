// SPDX-License-Identifier: GPL-2.0-or-later

namespace FrontEnd.Tests;

/// <summary>The driver itself is C: its own mistakes must not look like those of a back end.</summary>
[Collection(nameof(Testpmd))]
public sealed class SanitizerTests
{
    private static readonly string s_driver = Path.Combine(Plugin.RepositoryRoot, "tests", "vhost-driver");

    private static readonly string[] s_warnings =
        ["-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla", "-Werror"];

    [Fact]
    public void It_holds_under_the_sanitizers()
    {
        using TemporaryDirectory directory = new();
        string program = directory.File("sanitized");
        string[] sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1"];
        string main = Path.Combine(Plugin.RepositoryRoot, "tests", "VhostDriver.Tests", "sanitized", "main.c");
        _ = ProcessRunner.Check("gcc", [.. s_warnings, .. sanitizers, $"-I{s_driver}", "-o", program, main, .. Directory.GetFiles(s_driver, "*.c"), "-lpthread"]);
        using Testpmd testpmd = Testpmd.VhostBackend(directory.File("vhost"), "macswap");
        ProcessResult result = ProcessRunner.Run(program, [directory.File("vhost")]);
        Assert.True(result.ExitStatus == 0, $"exit status {result.ExitStatus}\n{result.StandardError}");
        Assert.Empty(result.StandardError);
    }

    [Fact]
    public void It_exports_what_its_header_declares_and_nothing_else()
    {
        string header = File.ReadAllText(Path.Combine(s_driver, "vhost-driver.h"));
        string[] declared = [.. System.Text.RegularExpressions.Regex.Matches(header, @"VD_API [^(;]*?\b(vd_\w+)\(").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        using TemporaryDirectory directory = new();
        string library = directory.File("libvhostdriver.so");
        _ = ProcessRunner.Check("gcc", [.. s_warnings, "-fPIC", "-shared", "-fvisibility=hidden", "-o", library, .. Directory.GetFiles(s_driver, "*.c"), "-lpthread"]);
        string[] exported =
        [
            .. ProcessRunner.Check("nm", "-D", "--defined-only", library)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ')[^1])
                .Order(StringComparer.Ordinal),
        ];
        Assert.True(declared.Length > 40, $"{declared.Length} functions found");
        Assert.Equal(declared, exported);
    }
}
