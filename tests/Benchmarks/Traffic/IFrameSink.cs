// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace Benchmarks.Traffic;

/// <summary>Counts the frames that arrived.</summary>
internal interface IFrameSink : IDisposable
{
    /// <summary>Takes what has arrived and returns the count since the sink was made. Never waits.</summary>
    public long Count();
}
