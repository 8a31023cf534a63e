// SPDX-License-Identifier: GPL-2.0-or-later
namespace Native.Tests.Toolchain;

/// <summary>The releases of QEMU that fake-qemu/release.h lays out, as major * 100 + minor.</summary>
internal static class Releases
{
    public const int V7_2 = 702;
    public const int V10_0 = 1000;
    public const int V11_1 = 1101;

    /// <summary>Its layout is none of the shim's.</summary>
    public const int Unknown = 800;

    /// <summary>Those whose layout the shim knows.</summary>
    public static TheoryData<int> Known { get; } = [V7_2, V10_0, V11_1];
}
