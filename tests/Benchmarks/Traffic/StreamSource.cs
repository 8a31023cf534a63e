// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace Benchmarks.Traffic;

/// <summary>Writes records into a stream socket that does not wait. What was accepted may end within a record; the next write goes on there.</summary>
internal sealed class StreamSource : IFrameSource
{
    // A multiple of this many bytes at most goes out in one call: about what QEMU reads in one.
    private const int Chunk = 1 << 16;

    private readonly Socket _socket;
    private readonly int _recordSize;
    private readonly byte[] _records;
    private long _written;

    public StreamSource(Socket socket, ReadOnlySpan<byte> record)
    {
        _socket = socket;
        _recordSize = record.Length;
        _records = new byte[(Chunk / record.Length + 1) * record.Length];
        for (int i = 0; i < _records.Length; i += record.Length)
        {
            record.CopyTo(_records.AsSpan(i));
        }
    }

    public int Send()
    {
        long before = _written / _recordSize;
        int start = (int)(_written % _recordSize);
        int accepted = _socket.Send(_records.AsSpan(start), SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            throw new SocketException((int)error);
        }

        _written += Math.Max(accepted, 0);
        return (int)(_written / _recordSize - before);
    }

    public void Dispose()
    {
    }
}
