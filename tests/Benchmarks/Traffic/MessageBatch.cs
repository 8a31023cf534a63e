// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using Benchmarks.Interop;

namespace Benchmarks.Traffic;

/// <summary>
/// The arrays of one sendmmsg or recvmmsg call: as many messages as asked for, all of which point at the same payload.
/// Native memory, so that nothing is pinned or allocated while the load runs.
/// </summary>
internal sealed unsafe class MessageBatch : IDisposable
{
    private readonly mmsghdr* _messages;
    private readonly iovec* _payload;
    private readonly byte* _bytes;

    public MessageBatch(int count, ReadOnlySpan<byte> payload)
    {
        Count = count;
        _messages = (mmsghdr*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(mmsghdr));
        _payload = (iovec*)NativeMemory.AllocZeroed((nuint)sizeof(iovec));
        _bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(payload.Length, 1));
        payload.CopyTo(new Span<byte>(_bytes, payload.Length));
        _payload->iov_base = _bytes;
        _payload->iov_len = (nuint)payload.Length;
        for (int i = 0; i < count; i++)
        {
            _messages[i].msg_hdr.msg_iov = _payload;
            _messages[i].msg_hdr.msg_iovlen = 1;
        }
    }

    public int Count { get; }

    public int Send(int fd) => Libc.sendmmsg(fd, _messages, (uint)Count, Libc.MSG_DONTWAIT);

    public int Receive(int fd, int flags) => Libc.recvmmsg(fd, _messages, (uint)Count, flags | Libc.MSG_DONTWAIT, null);

    /// <summary>Length of a received message; with MSG_TRUNC, the length it had on the wire.</summary>
    public uint Length(int index) => _messages[index].msg_len;

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_payload);
        NativeMemory.Free(_bytes);
    }
}
