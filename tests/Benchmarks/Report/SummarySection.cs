// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Report;

/// <summary>One bench in short, for people who do not know it.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Subjects">The names of the figures: who was measured.</param>
/// <param name="Ratios">The names of the ratios.</param>
/// <param name="Rows">One for each case.</param>
internal sealed record SummarySection(
    string Title,
    IReadOnlyList<string> Subjects,
    IReadOnlyList<string> Ratios,
    IReadOnlyList<SummaryRow> Rows);
