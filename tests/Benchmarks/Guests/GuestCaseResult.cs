// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Guests;

/// <summary>All rounds of one case.</summary>
internal sealed record GuestCaseResult(GuestCase Case, IReadOnlyList<GuestMeasurement> Rounds);
