// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>Small C programs and preloaded objects, made by a test for itself.</summary>
public static class CCompiler
{
    private const string Compiler = "gcc";

    /// <summary>A program whose functions dlsym can find, as QEMU's can be.</summary>
    public static string Program(TemporaryDirectory directory, string source) => Compile(directory, "program", source, "-rdynamic");

    /// <summary>An object for LD_PRELOAD.</summary>
    public static string SharedObject(TemporaryDirectory directory, string source) => Compile(directory, "preload.so", source, "-shared", "-fPIC");

    private static string Compile(TemporaryDirectory directory, string name, string source, params string[] options)
    {
        Requires.Program(Compiler);
        string sourcePath = directory.File(name + ".c");
        string path = directory.File(name);
        File.WriteAllText(sourcePath, source);
        string include = Path.Combine(Plugin.RepositoryRoot, "native", "include");
        ProcessRunner.Check(Compiler, ["-O2", "-I", include, "-Wall", "-Wextra", "-Werror", .. options, "-o", path, sourcePath, "-ldl"]);
        return path;
    }
}
