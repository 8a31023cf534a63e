// SPDX-License-Identifier: GPL-2.0-or-later

namespace Faults.Ends;

/// <summary>What a guest gets: a thread of its own, so that nothing is lost between the tunnel and the test.</summary>
internal sealed class FrameCollector : IDisposable
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(20);

    private readonly Func<TimeSpan, byte[]?> _receive;
    private readonly Thread _thread;
    private readonly HashSet<long> _numbers = [];
    private long _count;
    private long _corrupt;
    private long _repeated;
    private long _overtaken;
    private long _last = -1;
    private volatile bool _stop;

    /// <summary>Starts collecting.</summary>
    /// <param name="receive">Waits so long for a frame.</param>
    public FrameCollector(Func<TimeSpan, byte[]?> receive)
    {
        _receive = receive;
        _thread = new Thread(Collect) { IsBackground = true, Name = "guest" };
        _thread.Start();
    }

    /// <summary>All frames that came.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Those that are not as they were sent.</summary>
    public long Corrupt => Interlocked.Read(ref _corrupt);

    /// <summary>Those whose number had come before.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Those that came behind one with a higher number.</summary>
    public long Overtaken => Interlocked.Read(ref _overtaken);

    /// <summary>A frame with this number, or a later one, has come.</summary>
    public bool HasReached(long number) => Interlocked.Read(ref _last) >= number;

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Collect()
    {
        while (!_stop)
        {
            byte[]? frame = _receive(s_idle);
            if (frame is not null)
            {
                Add(frame);
            }
        }
    }

    private void Add(byte[] frame)
    {
        if (!NumberedFrame.TryRead(frame, out long number))
        {
            Interlocked.Increment(ref _corrupt);
        }
        else if (!_numbers.Add(number))
        {
            Interlocked.Increment(ref _repeated);
        }
        else if (number < _last)
        {
            Interlocked.Increment(ref _overtaken);
        }
        else
        {
            Interlocked.Exchange(ref _last, number);
        }

        Interlocked.Increment(ref _count);
    }
}
