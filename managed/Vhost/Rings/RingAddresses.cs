// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Rings;

/// <summary>Where the front-end has put a ring: user addresses, and a guest address for the log.</summary>
/// <param name="Descriptors">The descriptor table.</param>
/// <param name="Available">The available ring.</param>
/// <param name="Used">The used ring.</param>
/// <param name="Log">The guest address of the used ring, as the log counts it.</param>
/// <param name="IsLogged">Writes to the used ring belong in the log.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RingAddresses(ulong Descriptors, ulong Available, ulong Used, ulong Log, bool IsLogged);
