// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Traffic;

/// <summary>Sends copies of one frame as fast as it is asked to.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Sends a batch; returns the frames accepted, 0 when the device or socket is full.</summary>
    public int Send();
}

/// <summary>Counts the frames that arrived.</summary>
internal interface IFrameSink : IDisposable
{
    /// <summary>Takes what has arrived and returns the count since the sink was made. Never waits.</summary>
    public long Count();
}

/// <summary>A source that remembers how many frames were accepted.</summary>
internal sealed class CountingSource(IFrameSource source) : IFrameSource
{
    public long Sent { get; private set; }

    public int Send()
    {
        int sent = source.Send();
        Sent += sent;
        return sent;
    }

    public void Dispose() => source.Dispose();
}
