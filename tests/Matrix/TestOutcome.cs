// SPDX-License-Identifier: GPL-2.0-or-later
namespace Matrix;

/// <summary>One test that was run.</summary>
/// <param name="ClassName">Its class with the name space.</param>
/// <param name="HasPassed">It has passed; one that was skipped has not.</param>
/// <param name="Output">What it wrote.</param>
internal sealed record TestOutcome(string ClassName, bool HasPassed, string Output);
