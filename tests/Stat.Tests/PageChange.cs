// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>Changes a page.</summary>
internal delegate void PageChange(ref StatisticsPage page);
