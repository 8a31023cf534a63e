// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls that move many messages, and what takes their place where a sandbox refuses them.
//
// Seccomp profiles of containers let sendmsg and recvmsg through and may know nothing of sendmmsg and recvmmsg. Then each
// of these fails at once, with ENOSYS, EPERM or whatever errno the profile has; and the same EPERM comes from a firewall of
// this host, which speaks of one datagram. A call on no descriptor at all tells the two apart: a kernel that sees it says
// EBADF, a sandbox says what it always says. It is asked after an error only, so a socket that works pays nothing, and a
// sandbox that is put on while the netdev lives is noticed, too.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>sendmmsg and recvmmsg, or loops of sendmsg and recvmsg.</summary>
internal sealed unsafe class MessageCalls
{
    private const int NoDescriptor = -1;

    /// <summary>Which of the two are done by a loop.</summary>
    public RefusedCalls Refused { get; private set; }

    /// <summary>sendmmsg(2).</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="messages">The messages; those sent have msg_len set.</param>
    /// <param name="count">How many, at most 1024.</param>
    /// <param name="error">Why nothing was sent.</param>
    /// <returns>How many were sent; 0 with an error.</returns>
    public int Send(int descriptor, mmsghdr* messages, int count, out Errno error)
    {
        if ((Refused & RefusedCalls.Send) == RefusedCalls.None)
        {
            // SAFETY: the caller's batch owns messages[0..count) and all they point to until return.
            int sent = Libc.sendmmsg(descriptor, messages, (uint)count, LinuxConstants.MSG_DONTWAIT | LinuxConstants.MSG_NOSIGNAL);
            error = sent < 0 ? Errno.Last : default;
            if (sent >= 0 || !IsSendRefused(error))
            {
                return Math.Max(sent, 0);
            }

            Refused |= RefusedCalls.Send;
        }

        return SendEach(descriptor, messages, count, out error);
    }

    /// <summary>recvmmsg(2).</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="messages">The slots; those filled have msg_len and msg_flags set.</param>
    /// <param name="count">How many.</param>
    /// <param name="error">Why nothing was received; EAGAIN when there is nothing.</param>
    /// <returns>How many were received; 0 with an error.</returns>
    public int Receive(int descriptor, mmsghdr* messages, int count, out Errno error)
    {
        if ((Refused & RefusedCalls.Receive) == RefusedCalls.None)
        {
            // SAFETY: the caller's batch owns messages[0..count) and the slots they point to; each iovec bounds its slot.
            int received = Libc.recvmmsg(descriptor, messages, (uint)count, LinuxConstants.MSG_DONTWAIT, null);
            error = received < 0 ? Errno.Last : default;
            if (received >= 0 || !IsReceiveRefused(error))
            {
                return Math.Max(received, 0);
            }

            Refused |= RefusedCalls.Receive;
        }

        return ReceiveEach(descriptor, messages, count, out error);
    }

    /// <summary>As sendmmsg: an error behind the first message is not told, and comes again with the next call.</summary>
    private static int SendEach(int descriptor, mmsghdr* messages, int count, out Errno error)
    {
        error = default;
        for (int i = 0; i < count; i++)
        {
            // SAFETY: as in Send.
            nint length = Libc.sendmsg(descriptor, &messages[i].msg_hdr, LinuxConstants.MSG_DONTWAIT | LinuxConstants.MSG_NOSIGNAL);
            if (length < 0)
            {
                error = i == 0 ? Errno.Last : default;
                return i;
            }

            messages[i].msg_len = (uint)length;
        }

        return count;
    }

    private static int ReceiveEach(int descriptor, mmsghdr* messages, int count, out Errno error)
    {
        error = default;
        for (int i = 0; i < count; i++)
        {
            // SAFETY: as in Receive.
            nint length = Libc.recvmsg(descriptor, &messages[i].msg_hdr, LinuxConstants.MSG_DONTWAIT);
            if (length < 0)
            {
                error = i == 0 ? Errno.Last : default;
                return i;
            }

            messages[i].msg_len = (uint)length;
        }

        return count;
    }

    private static bool IsSendRefused(Errno error) =>
        // SAFETY: no message is named, and the descriptor is none.
        MayBeSandbox(error) && Libc.sendmmsg(NoDescriptor, null, 0, 0) < 0 && Errno.Last.Value != LinuxConstants.EBADF;

    private static bool IsReceiveRefused(Errno error) =>
        // SAFETY: no slot is named, and the descriptor is none.
        MayBeSandbox(error) && Libc.recvmmsg(NoDescriptor, null, 0, 0, null) < 0 && Errno.Last.Value != LinuxConstants.EBADF;

    /// <summary>What comes all the time, or with every datagram that a peer refuses, is not asked about.</summary>
    private static bool MayBeSandbox(Errno error) =>
        !error.IsWouldBlock && !error.IsInterrupted && !error.IsNoBuffers && error.Value != LinuxConstants.ECONNREFUSED;
}
