// SPDX-License-Identifier: GPL-2.0-or-later

namespace Native.Tests.Toolchain;

/// <summary>
/// Executables that stand in for QEMU. Like QEMU they are position independent, export their functions (-rdynamic) and have
/// a relocated read-only segment.
/// </summary>
internal static class FakeQemu
{
    private const string Tests = "tests/Native.Tests/";

    private static readonly string[] s_likeQemu = ["-pie", "-rdynamic", "-Wl,-z,relro,-z,now"];

    /// <summary>Never unmapped, and in need of no symbol of QEMU.</summary>
    private static readonly string[] s_likePlugin = ["-shared", "-Wl,-z,defs,-z,nodelete"];

    /// <summary>What may be unusual about it: the file that is compiled with a flag; no file: the linker gets the flag.</summary>
    private static readonly Dictionary<string, (string? Source, string Flag)> s_variants = new(StringComparer.Ordinal)
    {
        ["length"] = ("accessors.c", "-DFAKE_QEMU_OTHER_VNET_HDR_LEN"),
        ["no-l2tpv3"] = ("netdevs.c", "-Dnet_init_l2tpv3=net_init_something"),
        ["no-objects"] = ("objects.c", "-Dobject_new=other_object_new"),
        ["no-relro"] = (null, "-Wl,-z,norelro"),
        ["no-symbol"] = ("clock.c", "-Dtimer_mod=timer_set"),
        ["no-table"] = ("netdevs.c", "-DFAKE_QEMU_TABLE_HITS=0"),
        ["two-tables"] = ("netdevs.c", "-DFAKE_QEMU_TABLE_HITS=2"),
    };

    /// <summary>The fake QEMU with the shim and the fake plane, for the scenarios of the shim.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    /// <param name="variant">What is unusual about it; empty: nothing.</param>
    public static string WithShim(int release, string variant = "")
    {
        (string? source, string? flag) = variant.Length == 0 ? default : s_variants[variant];
        string shim = Shim();
        string[] forLinker = flag is not null && source is null ? [flag] : [];
        return Gcc.Link(
            $"shim-{release}-{variant}",
            [
                .. s_likeQemu,
                .. forLinker,
                .. Objects(release, Sources("fake-qemu", "scenario", "shim-scenarios"), source, flag),
                "-Wl,--no-as-needed",
                shim,
                "-Wl,-rpath," + Path.GetDirectoryName(shim),
            ]);
    }

    /// <summary>The fake QEMU that opens the shim and the fake plane as a plugin, for which both are in a file beside it.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    public static string ForPlugin(int release)
    {
        _ = Shim();

        // The shim looks through the program's read-only data when the sanitizer has put its borders between that already.
        return Gcc.Link(
            $"plugin-{release}",
            [.. s_likeQemu, .. PluginSources.Select(source => Gcc.Compile(source, Define(release), "--param=asan-globals=0"))]);
    }

    /// <summary>As <see cref="WithShim"/>, for valgrind.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    public static string WithShimForValgrind(int release)
    {
        string shim = ShimForValgrind();
        return Gcc.LinkPlain(
            $"shim-{release}",
            [
                .. s_likeQemu,
                .. Sources("fake-qemu", "scenario", "shim-scenarios").Select(source => Gcc.CompilePlain(source, Define(release))),
                "-Wl,--no-as-needed",
                shim,
                "-Wl,-rpath," + Path.GetDirectoryName(shim),
            ]);
    }

    /// <summary>As <see cref="ForPlugin"/>, for valgrind.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    public static string ForPluginForValgrind(int release)
    {
        _ = ShimForValgrind();
        return Gcc.LinkPlain($"plugin-{release}", [.. s_likeQemu, .. PluginSources.Select(source => Gcc.CompilePlain(source, Define(release)))]);
    }

    /// <summary>
    /// The fake QEMU alone, to preload the published plugin into. The sanitizers' libraries are linked statically: loaded as
    /// libraries they would have to come before what is preloaded.
    /// </summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    public static string ForPreload(int release) => Gcc.Link(
        $"preload-{release}",
        [
            .. s_likeQemu,
            "-static-libasan",
            "-static-libubsan",
            .. Objects(release, Sources("fake-qemu", "scenario", "preload-scenarios")),
            Gcc.Compile(Sources("plane-scenarios").Single(source => source.EndsWith("/wire.c", StringComparison.Ordinal))),
        ]);

    /// <summary>The shim and the fake plane.</summary>
    private static string Shim() => Gcc.Link("libshim.so", [.. s_likePlugin, .. ShimSources.Select(source => Gcc.Compile(source))]);

    private static string ShimForValgrind() =>
        Gcc.LinkPlain("libshim.so", [.. s_likePlugin, .. ShimSources.Select(source => Gcc.CompilePlain(source))]);

    private static IEnumerable<string> ShimSources => Gcc.Sources("native/shim").Concat(Sources("fake-plane"));

    private static IEnumerable<string> PluginSources => Sources("fake-qemu", "scenario", "plugin-scenarios");

    private static IEnumerable<string> Sources(params IEnumerable<string> folders) => folders.SelectMany(folder => Gcc.Sources(Tests + folder));

    private static IEnumerable<string> Objects(int release, IEnumerable<string> sources, string? changedSource = null, string? flag = null) =>
        sources.Select(source => flag is not null && string.Equals(Path.GetFileName(source), changedSource, StringComparison.Ordinal)
            ? Gcc.Compile(source, Define(release), flag)
            : Gcc.Compile(source, Define(release)));

    private static string Define(int release) => $"-DFAKE_QEMU_RELEASE={release}";
}
