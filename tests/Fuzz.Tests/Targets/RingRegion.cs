// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Fuzz.Tests.Targets;

/// <summary>A part of the file, and its addresses.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RingRegion(ulong Guest, ulong User, int Offset, int Size)
{
    public int End => Offset + Size;
}
