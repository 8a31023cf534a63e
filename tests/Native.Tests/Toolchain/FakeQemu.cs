// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Native.Tests.Toolchain;

/// <summary>
/// Executables that stand in for QEMU. Like QEMU they are position independent, export their functions (-rdynamic) and have
/// a relocated read-only segment.
/// </summary>
internal static class FakeQemu
{
    private const string Tests = "tests/Native.Tests/";

    private static readonly string[] s_likeQemu = ["-pie", "-rdynamic", "-Wl,-z,relro,-z,now"];

    /// <summary>The fake QEMU with the shim and the fake plane, for the scenarios of the shim.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    public static string WithShim(int release) => WithShim(release, string.Empty);

    /// <summary>The same, with something unusual about it.</summary>
    /// <param name="release">As in fake-qemu/release.h.</param>
    /// <param name="variant">A name for it.</param>
    /// <param name="changedSource">The file of the fake QEMU that is compiled with <paramref name="flag"/>; null: the linker gets it.</param>
    /// <param name="flag">What makes it so.</param>
    public static string WithShim(int release, string variant, string? changedSource = null, string? flag = null)
    {
        string shim = Shim();
        string[] forLinker = flag is not null && changedSource is null ? [flag] : [];
        return Gcc.Link(
            $"shim-{release}{variant}",
            [
                .. s_likeQemu,
                .. forLinker,
                .. Objects(release, Sources("fake-qemu", "scenario", "shim-scenarios"), changedSource, flag),
                "-Wl,--no-as-needed",
                shim,
                "-Wl,-rpath," + Path.GetDirectoryName(shim),
            ]);
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

    /// <summary>The shim and the fake plane; -z defs proves that neither needs a symbol of QEMU.</summary>
    private static string Shim()
    {
        IEnumerable<string> objects = Gcc.Sources("native/shim").Concat(Sources("fake-plane")).Select(source => Gcc.Compile(source));
        return Gcc.Link("libshim.so", ["-shared", "-Wl,-z,defs", .. objects]);
    }

    private static IEnumerable<string> Sources(params IEnumerable<string> folders) => folders.SelectMany(folder => Gcc.Sources(Tests + folder));

    private static IEnumerable<string> Objects(int release, IEnumerable<string> sources, string? changedSource = null, string? flag = null) =>
        sources.Select(source => flag is not null && string.Equals(Path.GetFileName(source), changedSource, StringComparison.Ordinal)
            ? Gcc.Compile(source, Define(release), flag)
            : Gcc.Compile(source, Define(release)));

    private static string Define(int release) => $"-DFAKE_QEMU_RELEASE={release}";
}
