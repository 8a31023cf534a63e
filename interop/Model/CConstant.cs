// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Interop.Model;

/// <summary>A macro or enumerator with an integer value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; of a 64-bit unsigned one, the same bits.</param>
/// <param name="Type">The type of the expression, as typeof has it.</param>
internal sealed record CConstant(string Name, long Value, CType Type);
