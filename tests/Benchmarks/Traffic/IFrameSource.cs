// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace Benchmarks.Traffic;

/// <summary>Sends copies of one frame as fast as it is asked to.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Sends a batch; returns the frames accepted, 0 when the device or socket is full.</summary>
    public int Send();
}
