// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Options;

/// <summary>A cookie that was set with its size: 0, 4 or 8 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Cookie(int Length, ulong Value);
