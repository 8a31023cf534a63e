// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Traffic;

/// <summary>The bench's end of one of QEMU's two netdevs.</summary>
internal abstract class Port : IDisposable
{
    /// <summary>The -netdev option of QEMU's end, without its id.</summary>
    public abstract string Netdev { get; }

    /// <summary>A source of copies of this frame.</summary>
    public abstract IFrameSource OpenSource(ReadOnlySpan<byte> frame);

    /// <summary>A source of copies of this frame that sends one at a time.</summary>
    public abstract IFrameSource OpenSingleSource(ReadOnlySpan<byte> frame);

    public abstract IFrameSink OpenSink(int frameSize);

    /// <summary>Sends this frame once, or not at all while QEMU's end is not there yet.</summary>
    public abstract void Send(ReadOnlySpan<byte> frame);

    /// <summary>The next frame that arrives within the time, without its L2TPv3 header, or null.</summary>
    public abstract byte[]? Receive(TimeSpan timeout);

    /// <summary>Frames that were sent and that QEMU's end had no room for, since it exists.</summary>
    public virtual long CountLost() => 0;

    /// <summary>Receive is not called any more.</summary>
    public virtual void StopListening()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
