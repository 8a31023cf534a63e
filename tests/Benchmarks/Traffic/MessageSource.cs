// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Benchmarks.Interop;

namespace Benchmarks.Traffic;

/// <summary>Sends the same message over and over with sendmmsg. The socket stays its owner's.</summary>
internal sealed class MessageSource : IFrameSource
{
    private readonly Socket _socket;
    private readonly int _fd;
    private readonly int _framesPerMessage;
    private readonly MessageBatch _batch;

    public MessageSource(Socket socket, ReadOnlySpan<byte> message, int messages, int framesPerMessage)
    {
        _socket = socket;
        _fd = (int)socket.Handle;
        _framesPerMessage = framesPerMessage;
        _batch = new MessageBatch(messages, message);
    }

    public int Send()
    {
        int sent = _batch.Send(_fd);
        GC.KeepAlive(_socket);
        if (sent >= 0)
        {
            return sent * _framesPerMessage;
        }

        int error = Marshal.GetLastPInvokeError();
        // ENOBUFS: a tap whose ring is full says so, since PACKET_QDISC_BYPASS leaves no queue in between.
        // ENETDOWN and ECONNREFUSED: QEMU has not opened the tap or the port yet.
        return error is Libc.EAGAIN or Libc.ENOBUFS or Libc.ENETDOWN or Libc.ECONNREFUSED
            ? 0
            : throw new IOException($"sendmmsg: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    public void Dispose() => _batch.Dispose();
}
