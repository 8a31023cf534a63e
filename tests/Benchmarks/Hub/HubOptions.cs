// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;

namespace Benchmarks.Hub;

/// <summary>What the hub bench is told.</summary>
internal sealed record HubOptions(
    CommonOptions Common,
    TimeSpan Window,
    IReadOnlyList<int> Sizes,
    IReadOnlyList<Direction> Directions,
    IReadOnlyList<GuestSide> GuestSides,
    bool GsoSender);
