// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Report;

/// <summary>One case.</summary>
/// <param name="Name">With the unit: "TCP × 4, IPv6, Mbit/s".</param>
/// <param name="Format">How a figure is written.</param>
/// <param name="Figures">One for each subject of the section; null: not measured.</param>
/// <param name="Ratios">One for each ratio of the section; null: one side was not measured.</param>
internal sealed record SummaryRow(
    string Name,
    string Format,
    IReadOnlyList<double?> Figures,
    IReadOnlyList<double?> Ratios);
