// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Benchmarks.Offload;

/// <summary>All rounds of one direction.</summary>
internal sealed record OffloadResult(Direction Direction, IReadOnlyList<OffloadRound> Rounds);
