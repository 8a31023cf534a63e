// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Matrix;

/// <summary>A release and what came of its tests.</summary>
internal sealed record MatrixColumn(QemuRelease Release, IReadOnlyList<TestOutcome> Tests);
