// SPDX-License-Identifier: GPL-2.0-or-later
//
// The connection to a front-end: any stream socket of the unix family, whoever has made it. It never blocks: a message may come in parts, and a
// front-end that does not read its answers is cut off. While it waits for one, QEMU holds the lock of its whole VM, so answers leave at once.

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Protocol;

/// <summary>Receives messages and sends answers.</summary>
internal sealed unsafe class MessageChannel : IDisposable
{
    private const int ControlSize = 256;

    private readonly FileDescriptor _socket;
    private readonly Message _message = new();

    /// <summary>Takes a connected socket over.</summary>
    public MessageChannel(FileDescriptor socket)
    {
        _socket = socket;
        socket.SetNonBlocking();
    }

    /// <summary>What to poll.</summary>
    public int Descriptor => _socket.Number;

    /// <summary>The other end has closed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next message, if all of it is there.</summary>
    /// <param name="message">Valid until the next call.</param>
    /// <exception cref="ProtocolException">What comes is no message.</exception>
    public bool TryReceive(out Message message)
    {
        message = _message;
        if (_message.IsWhole)
        {
            _message.Clear();
        }

        // A message without a payload is whole with its header.
        while (!_message.IsWhole)
        {
            if (!TryRead())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Answers with a number.</summary>
    public void Reply(Request request, ulong value)
    {
        Span<byte> payload = stackalloc byte[sizeof(ulong)]; // SAFETY: lives as long as this call.
        BinaryPrimitives.WriteUInt64LittleEndian(payload, value);
        Reply(request, payload);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">Which.</param>
    /// <param name="payload">What; short.</param>
    /// <param name="descriptor">A descriptor to send a copy of; null: none.</param>
    /// <exception cref="ProtocolException">It cannot be sent.</exception>
    public void Reply(Request request, ReadOnlySpan<byte> payload, FileDescriptor? descriptor = null)
    {
        // SAFETY: both live as long as this call, and sendmsg reads no more than the lengths say.
        byte* bytes = stackalloc byte[Message.HeaderSize + payload.Length];
        byte* control = stackalloc byte[ControlSize];
        ((uint*)bytes)[0] = (uint)request;
        ((uint*)bytes)[1] = Message.Version | Message.Reply;
        ((uint*)bytes)[2] = (uint)payload.Length;
        payload.CopyTo(new Span<byte>(bytes + Message.HeaderSize, payload.Length));
        iovec piece = new() { iov_base = bytes, iov_len = (nuint)(Message.HeaderSize + payload.Length) };
        msghdr header = new() { msg_iov = &piece, msg_iovlen = 1 };
        if (descriptor is not null)
        {
            cmsghdr* rights = (cmsghdr*)control;
            *rights = new cmsghdr { cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(int)), cmsg_level = LinuxConstants.SOL_SOCKET, cmsg_type = VhostConstants.SCM_RIGHTS };
            *(int*)(rights + 1) = descriptor.Number;
            header.msg_control = control;
            header.msg_controllen = (nuint)LinuxConstants.CMSG_SPACE_INT;
        }

        nint sent = Libc.sendmsg(_socket.Number, &header, LinuxConstants.MSG_NOSIGNAL | LinuxConstants.MSG_DONTWAIT);
        if (sent != (nint)piece.iov_len)
        {
            throw new ProtocolException($"{request} cannot be answered: {(sent < 0 ? Marshal.GetLastPInvokeErrorMessage() : "the front-end does not read")}");
        }
    }

    public void Dispose()
    {
        _message.Dispose();
        _socket.Dispose();
    }

    /// <summary>Reads some bytes of the message, and the descriptors that came with them.</summary>
    private bool TryRead()
    {
        byte* control = stackalloc byte[ControlSize]; // SAFETY: lives as long as this call, as what is pinned does.
        nint count;
        msghdr header;
        Span<byte> room = _message.Room;
        fixed (byte* start = room)
        {
            iovec piece = new() { iov_base = start, iov_len = (nuint)room.Length };
            header = new msghdr { msg_iov = &piece, msg_iovlen = 1, msg_control = control, msg_controllen = ControlSize };
            count = Libc.recvmsg(_socket.Number, &header, LinuxConstants.MSG_DONTWAIT | VhostConstants.MSG_CMSG_CLOEXEC);
        }

        if (count <= 0)
        {
            HasEnded = count == 0 || Marshal.GetLastPInvokeError() is not (LinuxConstants.EAGAIN or LinuxConstants.EINTR);
            return false;
        }

        TakeDescriptors(new ReadOnlySpan<byte>(control, (int)header.msg_controllen));
        if ((header.msg_flags & LinuxConstants.MSG_CTRUNC) != 0)
        {
            throw new ProtocolException("a message with more descriptors than there is room for");
        }

        _message.Advance((int)count);
        return true;
    }

    private void TakeDescriptors(ReadOnlySpan<byte> control)
    {
        bool fit = true;
        while (control.Length >= sizeof(cmsghdr))
        {
            cmsghdr header = MemoryMarshal.Read<cmsghdr>(control);
            int length = Math.Clamp((int)header.cmsg_len, sizeof(cmsghdr), control.Length);
            if (header.cmsg_level == LinuxConstants.SOL_SOCKET && header.cmsg_type == VhostConstants.SCM_RIGHTS)
            {
                foreach (int number in MemoryMarshal.Cast<byte, int>(control[sizeof(cmsghdr)..length]))
                {
                    // All of them are ours: those that are too many, too.
                    fit &= _message.TryAdd(new FileDescriptor(number));
                }
            }

            int next = (length + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
            control = control[Math.Min(next, control.Length)..];
        }

        if (!fit)
        {
            throw new ProtocolException($"a message with more than {Message.MaximumDescriptors} descriptors");
        }
    }
}
