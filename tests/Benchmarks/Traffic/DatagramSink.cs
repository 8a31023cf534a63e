// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Benchmarks.Interop;

namespace Benchmarks.Traffic;

/// <summary>
/// Counts datagrams without copying them: MSG_TRUNC reports the length of a message whose buffer is empty. All
/// datagrams have one size, so a message that the kernel has joined (UDP_GRO) counts as length / size.
/// </summary>
internal sealed class DatagramSink : IFrameSink
{
    private const int BatchSize = 64;

    private readonly Socket _socket;
    private readonly int _fd;
    private readonly uint _datagramSize;
    private readonly MessageBatch _batch = new(BatchSize, []);
    private long _count;

    public DatagramSink(Socket socket, int datagramSize)
    {
        _socket = socket;
        _fd = (int)socket.Handle;
        _datagramSize = (uint)datagramSize;
    }

    public long Count()
    {
        int received;
        do
        {
            received = _batch.Receive(_fd, Libc.MSG_TRUNC);
            for (int i = 0; i < received; i++)
            {
                Add(_batch.Length(i));
            }
        }
        while (received == BatchSize);

        GC.KeepAlive(_socket);
        int error = received < 0 ? Marshal.GetLastPInvokeError() : 0;
        return error is 0 or Libc.EAGAIN or Libc.ECONNREFUSED
            ? _count
            : throw new IOException($"recvmmsg: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    public void Dispose() => _batch.Dispose();

    private void Add(uint length)
    {
        (uint datagrams, uint rest) = Math.DivRem(length, _datagramSize);
        if (datagrams == 0 || rest != 0)
        {
            throw new InvalidDataException($"a message of {length} bytes, expected datagrams of {_datagramSize}");
        }

        _count += datagrams;
    }
}
