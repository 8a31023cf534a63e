// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Packets.Offload;

/// <summary>The answer of <see cref="TcpCoalescer.Add"/>.</summary>
/// <param name="Action">What to do next.</param>
/// <param name="Flow">Which flow to finish, where the action says to.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoalesceResult(CoalesceAction Action, int Flow);
