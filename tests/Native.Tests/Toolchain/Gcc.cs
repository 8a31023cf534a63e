// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Concurrent;
using TestKit;

namespace Native.Tests.Toolchain;

/// <summary>gcc, with the flags that all C of this repository is compiled with. Each file is made once per run.</summary>
internal static class Gcc
{
    /// <summary>Errors, all of them.</summary>
    public static readonly IReadOnlyList<string> Warnings =
        ["-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla", "-Werror"];

    /// <summary>A bad access, a leak or an overflow ends the process.</summary>
    public static readonly IReadOnlyList<string> Sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];

    /// <summary>Where the headers of the shim and of the tests are.</summary>
    public static readonly IReadOnlyList<string> Includes =
        [.. new[] { "native/include", "tests/Native.Tests/fake-plane", "tests/Native.Tests/fake-qemu", "tests/Native.Tests/plane-scenarios", "tests/Native.Tests/scenario" }
            .Select(folder => "-I" + Path.Combine(Plugin.RepositoryRoot, folder))];

    private static readonly ConcurrentDictionary<string, Lazy<string>> s_made = new(StringComparer.Ordinal);

    /// <summary>The C files of a folder of the repository.</summary>
    public static IReadOnlyList<string> Sources(string folder)
    {
        string[] files = Directory.GetFiles(Path.Combine(Plugin.RepositoryRoot, folder), "*.c");
        return files.Length == 0 ? throw new FileNotFoundException($"no C file in {folder}") : [.. files.Order(StringComparer.Ordinal)];
    }

    /// <summary>Where what valgrind runs is, which has no sanitizers.</summary>
    private const string PlainFolder = "plain/";

    /// <summary>Compiles one file with the sanitizers.</summary>
    /// <returns>The object file.</returns>
    public static string Compile(string source, params IEnumerable<string> flags) => Compile(string.Empty, Sanitizers, source, flags);

    /// <summary>Compiles one file for valgrind.</summary>
    /// <returns>The object file.</returns>
    public static string CompilePlain(string source, params IEnumerable<string> flags) => Compile(PlainFolder, [], source, flags);

    /// <summary>Links objects with the sanitizers' libraries.</summary>
    /// <returns>The executable or library.</returns>
    public static string Link(string name, params IEnumerable<string> arguments) => Make(name, [.. Sanitizers, .. arguments]);

    /// <summary>Links objects for valgrind.</summary>
    /// <returns>The executable or library.</returns>
    public static string LinkPlain(string name, params IEnumerable<string> arguments) => Make(PlainFolder + name, arguments);

    /// <summary>Compiles and links without the sanitizers.</summary>
    /// <returns>The executable.</returns>
    public static string Program(string name, params IEnumerable<string> arguments) => Make(name, [.. Warnings, "-O2", .. Includes, .. arguments]);

    private static string Compile(string folder, IEnumerable<string> sanitizers, string source, IEnumerable<string> flags)
    {
        string[] list = [.. flags];
        string name = $"{folder}{Path.GetFileName(Path.GetDirectoryName(source))}-{Path.GetFileNameWithoutExtension(source)}{string.Concat(list)}.o";
        return Make(
            name,
            [.. Warnings, .. sanitizers, "-g", "-O1", "-fPIC", "-fvisibility=hidden", "-fno-omit-frame-pointer", .. Includes, .. list, "-c", source]);
    }

    /// <summary>Runs gcc; throws with its words when it fails.</summary>
    /// <returns>The file made.</returns>
    private static string Make(string name, IEnumerable<string> arguments) => s_made.GetOrAdd(name, key => new Lazy<string>(() =>
    {
        string output = Path.Combine(Plugin.RepositoryRoot, "artifacts", "native-tests", key);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        ProcessRunner.Check("gcc", [.. arguments, "-o", output]);
        return output;
    })).Value;
}
