// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;

namespace L2tpv3.Interop.Qemu;

/// <summary>Releases with one layout.</summary>
/// <param name="Releases">For people: what log lines call it.</param>
/// <param name="Tables">The tables that must agree.</param>
internal sealed record Family(string Releases, IReadOnlyList<Table> Tables);
