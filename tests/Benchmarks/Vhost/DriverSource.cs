// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Traffic;

namespace Benchmarks.Vhost;

/// <summary>The guest sends one frame as often as there is room in its ring.</summary>
internal sealed class DriverSource : IFrameSource
{
    private readonly VhostDriver _driver;
    private readonly int _size;
    private readonly uint[] _pieces;
    private readonly int _framesInOne;

    /// <summary>Prepares it.</summary>
    /// <param name="driver">The guest.</param>
    /// <param name="frame">With its vnet header.</param>
    /// <param name="pieces">Their lengths; none: one piece.</param>
    /// <param name="framesInOne">What one of the guest's frames counts.</param>
    public DriverSource(VhostDriver driver, byte[] frame, uint[] pieces, int framesInOne)
    {
        _driver = driver;
        _size = frame.Length;
        _pieces = pieces;
        _framesInOne = framesInOne;
        driver.WaitForTransmitted();
        driver.Prepare(frame);
    }

    /// <summary>Frames that the device has not given back.</summary>
    public long Pending(int queueSize)
    {
        _ = _driver.TransmitBurst(_size, _pieces, atMost: 0);
        return (long)(queueSize - _driver.Free(VhostDirection.Transmit)) * _framesInOne;
    }

    public int Send() => _driver.TransmitBurst(_size, _pieces) * _framesInOne;

    public void Dispose()
    {
    }
}

/// <summary>Counts what the device gives back, where nobody sees where it goes. Each frame has one descriptor of the ring.</summary>
internal sealed class ReturnedSink(CountingSource counting, DriverSource source, int queueSize) : IFrameSink
{
    public long Count() => counting.Sent - source.Pending(queueSize);

    public void Dispose()
    {
    }
}

/// <summary>Counts what the guest gets, in frames of the wire.</summary>
internal sealed class DriverSink(VhostDriver driver, Func<VhostFigures, long> count) : IFrameSink
{
    private VhostFigures _figures;

    public long Count()
    {
        driver.ReceiveBurst(ref _figures);
        return count(_figures);
    }

    public void Dispose()
    {
    }
}

/// <summary>Somebody else sends.</summary>
internal sealed class NoSource : IFrameSource
{
    public int Send() => 0;

    public void Dispose()
    {
    }
}
