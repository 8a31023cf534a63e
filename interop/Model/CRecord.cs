// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;

namespace L2tpv3.Interop.Model;

/// <summary>A struct or union with its layout.</summary>
/// <param name="Name">Its tag, or the typedef of one without.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Alignment">In bytes.</param>
/// <param name="Header">Where it is declared, as one would include it.</param>
/// <param name="Fields">In the order of the header.</param>
internal sealed record CRecord(string Name, int Size, int Alignment, string Header, IReadOnlyList<CField> Fields);
