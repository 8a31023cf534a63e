// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;

namespace Benchmarks.Offload;

/// <summary>What the offload bench is told.</summary>
internal sealed record OffloadOptions(
    CommonOptions Common,
    TimeSpan Window,
    int Burst,
    IReadOnlyList<Direction> Directions);
