// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Fuzz.Tests.Targets;

/// <summary>A piece of a chain: bytes of the file.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RingPiece(int Offset, int Length);
