// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Stat.Rules;

/// <summary>Something that the counters say.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="What">A few words, for the table.</param>
/// <param name="Text">A sentence or two: what is, and what to do.</param>
internal sealed record Finding(Severity Severity, string What, string Text);
