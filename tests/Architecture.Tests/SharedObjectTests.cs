// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using TestKit;

namespace Architecture.Tests;

/// <summary>artifacts/qemu-l2tpv3.so, the one file that is installed, as nm(1) and readelf(1) see it.</summary>
public sealed class SharedObjectTests
{
    /// <summary>Debian 12: on an older C library the dynamic linker refuses the file, and QEMU with it.</summary>
    private static readonly Version s_newestGlibc = new(2, 36);

    /// <summary>What QEMU looks for in a file that is given with -plugin.</summary>
    private static readonly string[] s_pluginSymbols = ["qemu_plugin_install", "qemu_plugin_version"];

    /// <summary>NativeAOT adds one symbol of its own, for debuggers, and gives all of them the version V1.0.</summary>
    [Fact]
    public void It_exports_the_functions_of_the_header_and_what_plugin_needs_and_nothing_else()
    {
        IEnumerable<string> exported = Symbols("--defined-only").Select(symbol => symbol.Name.Split('@')[0]);
        Assert.Equal(
            BoundaryTests.Declared().Concat(s_pluginSymbols),
            exported.Where(name => name is not ("DotNetRuntimeDebugHeader" or "V1.0")).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    /// <summary>
    /// Any process that inherits LD_PRELOAD loads the file. What it lacks must come from the system's libraries, all of which
    /// version their symbols; a symbol of QEMU's would have none. (A weak one may be absent.)
    /// </summary>
    [Fact]
    public void It_needs_no_symbol_of_QEMU()
    {
        (char Kind, string Name)[] undefined = [.. Symbols("--undefined-only")];
        Assert.NotEmpty(undefined);
        Assert.All(
            undefined.Where(symbol => symbol.Kind is 'U'),
            symbol => Assert.Matches("@(GLIBC|GCC)_[0-9.]+$", symbol.Name));
    }

    [Fact]
    public void It_runs_on_the_C_library_of_Debian_12()
    {
        Version[] versions = [.. Symbols("--undefined-only")
            .Select(symbol => Regex.Match(symbol.Name, "@GLIBC_([0-9.]+)$"))
            .Where(match => match.Success)
            .Select(match => Version.Parse(match.Groups[1].Value))];
        Assert.NotEmpty(versions);
        Assert.True(versions.Max() <= s_newestGlibc, $"it needs GLIBC_{versions.Max()}");
    }

    [Fact]
    public void It_needs_no_library_beyond_those_of_the_C_compiler()
    {
        string dynamic = ProcessRunner.Check("readelf", "-d", "-W", Plugin.Path);
        IEnumerable<string> needed = Regex.Matches(dynamic, @"\(NEEDED\).*\[(.+)\]").Select(match => match.Groups[1].Value);
        HashSet<string> allowed = new(StringComparer.Ordinal) { "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2" };
        Assert.NotEmpty(needed);
        Assert.Subset(allowed, needed.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Text relocations and an executable stack are what hardened hosts refuse to load.</summary>
    [Fact]
    public void It_loads_on_a_hardened_host()
    {
        Assert.DoesNotContain("TEXTREL", ProcessRunner.Check("readelf", "-d", "-W", Plugin.Path), StringComparison.Ordinal);
        string stack = ProcessRunner.Check("readelf", "-l", "-W", Plugin.Path).Split('\n').Single(line => line.Contains("GNU_STACK", StringComparison.Ordinal));
        Assert.Matches(" RW +0x", stack);
    }

    /// <summary>QEMU closes a plugin that it refuses; the .NET runtime cannot be unmapped.</summary>
    [Fact]
    public void It_is_never_unloaded() =>
        Assert.Matches(@"\(FLAGS_1\).*\bNODELETE\b", ProcessRunner.Check("readelf", "-d", "-W", Plugin.Path));

    private static IEnumerable<(char Kind, string Name)> Symbols(string which) =>
        ProcessRunner.Check("nm", "-D", which, Plugin.Path)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Regex.Match(line, @"(\w) (\S+)$"))
            .Select(match => (match.Groups[1].Value[0], match.Groups[2].Value));
}
