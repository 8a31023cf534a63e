// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;

namespace Packets.Tests.Offload;

/// <summary>Numbers over their whole range; FsCheck's own stay near 0, where nothing wraps or carries.</summary>
internal static class Numbers
{
    public static Gen<ushort> UInt16 { get; } = Gen.OneOf(
        Gen.Choose(0, ushort.MaxValue).Select(number => (ushort)number),
        Gen.Elements<ushort>(0, 1, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF));

    public static Gen<uint> UInt32 { get; } =
        from high in UInt16
        from low in UInt16
        select ((uint)high << 16) | low;

    public static Gen<ulong> UInt64 { get; } =
        from high in UInt32
        from low in UInt32
        select ((ulong)high << 32) | low;
}
