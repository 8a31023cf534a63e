// SPDX-License-Identifier: GPL-2.0-or-later
namespace Native.Tests.Toolchain;

/// <summary>The releases of QEMU that fake-qemu/release.h lays out, as major * 100 + minor.</summary>
internal static class Releases
{
    public const int V7_2 = 702;
    public const int V8_0 = 800;
    public const int V8_2 = 802;
    public const int V10_0 = 1000;
    public const int V10_1 = 1001;
    public const int V11_1 = 1101;

    /// <summary>Its layout is none of the shim's.</summary>
    public const int Unknown = 1200;

    /// <summary>Those that real tests run on, for what depends on the release in other ways, too.</summary>
    public static TheoryData<int> Known { get; } = [V7_2, V10_0, V11_1];

    /// <summary>One at least of each layout that the shim takes over, for what depends on the layout.</summary>
    public static TheoryData<int> All { get; } = [V7_2, V8_0, V8_2, V10_0, V10_1, V11_1];
}
