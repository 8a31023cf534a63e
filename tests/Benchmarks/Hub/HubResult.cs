// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Hub;

/// <summary>All rounds of one case with one backend.</summary>
internal sealed record HubResult(HubCase Case, Backend Backend, IReadOnlyList<Measurement> Rounds);
