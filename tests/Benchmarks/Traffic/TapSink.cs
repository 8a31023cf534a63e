// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Benchmarks.Traffic;

/// <summary>
/// Counts the frames QEMU wrote into a tap by the device's own statistics: rx_packets rises in the write system call
/// itself, so nobody has to read the frames and no reader's cost is in the figure.
/// </summary>
internal sealed class TapSink : IFrameSink
{
    private readonly SafeFileHandle _statistics;
    private readonly long _start;

    public TapSink(string tap)
    {
        _statistics = File.OpenHandle($"/sys/class/net/{tap}/statistics/rx_packets");
        _start = Read();
    }

    public long Count() => Read() - _start;

    public void Dispose() => _statistics.Dispose();

    private long Read()
    {
        Span<byte> text = stackalloc byte[32];
        int length = RandomAccess.Read(_statistics, text, fileOffset: 0);
        return Utf8Parser.TryParse(text[..length], out long value, out _)
            ? value
            : throw new InvalidDataException("rx_packets is not a number");
    }
}
