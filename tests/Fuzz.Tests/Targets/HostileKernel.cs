// SPDX-License-Identifier: GPL-2.0-or-later
//
// Between recvmmsg and the session: each datagram is put where one byte before or behind it ends the process, and its message says
// what no kernel would.
//
//     | no access | headroom | datagram |......|        begins behind a guard page (the headroom is the session's)
//     |......................| datagram | no access |   ends before one

using System.Runtime.CompilerServices;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Receive;

namespace Fuzz.Tests.Targets;

/// <summary>Changes a batch of a session that has just been filled.</summary>
internal sealed unsafe class HostileKernel : IDisposable
{
    private readonly BoundedMemory[] _slots = new BoundedMemory[ReceiveBatch.MaximumMessages];
    private readonly byte*[] _own = new byte*[ReceiveBatch.MaximumMessages];

    public HostileKernel()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new BoundedMemory(NativeBlock.CacheLine + ReceiveBatch.SlotSize);
        }
    }

    /// <summary>How many messages the last recvmmsg of a session has filled.</summary>
    public static int Filled(Session session) => CountOf(BatchOf(session));

    /// <summary>A new session, with slots of its own.</summary>
    public void Attach(Session session)
    {
        mmsghdr* messages = BatchOf(session).Messages;
        for (int i = 0; i < _own.Length; i++)
        {
            _own[i] = messages[i].msg_hdr.msg_iov->iov_base;
        }
    }

    /// <summary>Gives the session its own slots back, before the kernel fills them.</summary>
    public void Release(Session session)
    {
        mmsghdr* messages = BatchOf(session).Messages;
        for (int i = 0; i < _own.Length; i++)
        {
            messages[i].msg_hdr.msg_iov->iov_base = _own[i];
        }
    }

    /// <summary>Tampers with the messages that have come.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sent">What they are, in order; as many are taken from it.</param>
    public IReadOnlyList<PeerMessage> Tamper(Session session, Queue<PeerMessage> sent)
    {
        ReceiveBatch batch = BatchOf(session);
        PeerMessage[] messages = new PeerMessage[CountOf(batch)];
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = sent.Dequeue();
            Tamper(&batch.Messages[i], _slots[i], messages[i]);
        }

        return messages;
    }

    public void Dispose()
    {
        foreach (BoundedMemory slot in _slots)
        {
            slot.Dispose();
        }
    }

    private static void Tamper(mmsghdr* header, BoundedMemory slot, PeerMessage message)
    {
        int length = message.Bytes.Length;
        if (header->msg_len != (uint)length)
        {
            throw new InvalidOperationException($"{header->msg_len} bytes came of {length}");
        }

        Span<byte> place = message.EndsAtGuard ? slot.AtEnd(length) : slot.AtStart(NativeBlock.CacheLine + length)[NativeBlock.CacheLine..];
        message.Bytes.CopyTo(place);
        header->msg_hdr.msg_iov->iov_base = (byte*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(place));
        header->msg_hdr.msg_flags |= message.IsTruncated ? LinuxConstants.MSG_TRUNC : 0;
        if (message.ClaimedSize is int size)
        {
            cmsghdr* control = (cmsghdr*)header->msg_hdr.msg_control;
            control->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(int));
            control->cmsg_level = LinuxConstants.SOL_UDP;
            control->cmsg_type = LinuxConstants.UDP_GRO;
            *(int*)(control + 1) = size;
            header->msg_hdr.msg_controllen = LinuxConstants.CMSG_SPACE_INT;
        }
    }

    private static ReceiveBatch BatchOf(Session session) => BatchField(SessionStates.SourceOf(SessionStates.PathOf(session)));

    private static int CountOf(ReceiveBatch batch) => CountField(batch);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch")]
    private static extern ref ReceiveBatch BatchField(FrameSource source);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_count")]
    private static extern ref int CountField(ReceiveBatch batch);
}
