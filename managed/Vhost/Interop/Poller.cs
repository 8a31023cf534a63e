// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.Vhost.Interop;

/// <summary>epoll(7). A descriptor is known by a token of the caller's.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int EventSize = VhostConstants.sizeof_epoll_event;
    private const int MaximumEvents = 16;

    private readonly FileDescriptor _poll = FileDescriptor.Checked(VhostLibc.epoll_create1(VhostConstants.EPOLL_CLOEXEC), "cannot make an epoll instance");
    private readonly NativeBlock _events = new(MaximumEvents * EventSize);

    /// <summary>Watches a descriptor from now on.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="interest">EPOLL*.</param>
    /// <param name="token">What <see cref="Token"/> returns for it.</param>
    public void Add(int descriptor, uint interest, ulong token) => Control(VhostConstants.EPOLL_CTL_ADD, descriptor, interest, token);

    /// <summary>Watches for something else.</summary>
    public void Change(int descriptor, uint interest, ulong token) => Control(VhostConstants.EPOLL_CTL_MOD, descriptor, interest, token);

    /// <summary>Watches it no more. Before the descriptor is closed: another process may have its file open, too.</summary>
    public void Remove(int descriptor)
    {
        // SAFETY: the kernel does not look at the event of a removal.
        byte* none = stackalloc byte[EventSize];
        _ = VhostLibc.epoll_ctl(_poll.Number, VhostConstants.EPOLL_CTL_DEL, descriptor, none);
    }

    /// <summary>Waits for events.</summary>
    /// <param name="timeoutMs">At most so long; -1: for ever.</param>
    /// <returns>How many there are.</returns>
    public int Wait(int timeoutMs)
    {
        int count = VhostLibc.epoll_wait(_poll.Number, _events.Start, MaximumEvents, timeoutMs);
        return count >= 0 || Marshal.GetLastPInvokeError() == LinuxConstants.EINTR ? Math.Max(count, 0) : throw SystemCallException.Last("epoll_wait");
    }

    /// <summary>Whose event it is.</summary>
    // SAFETY: index is below what Wait returned, as in Events.
    public ulong Token(int index) => *(ulong*)(_events.Start + (index * EventSize) + VhostConstants.offsetof_epoll_event_data);

    /// <summary>What has happened: EPOLL*.</summary>
    public uint Events(int index) => *(uint*)(_events.Start + (index * EventSize) + VhostConstants.offsetof_epoll_event_events);

    public void Dispose()
    {
        _poll.Dispose();
        _events.Dispose();
    }

    private void Control(int operation, int descriptor, uint interest, ulong token)
    {
        // SAFETY: epoll_event is packed, so it is bytes here; the kernel copies it.
        byte* entry = stackalloc byte[EventSize];
        *(uint*)(entry + VhostConstants.offsetof_epoll_event_events) = interest;
        *(ulong*)(entry + VhostConstants.offsetof_epoll_event_data) = token;
        if (VhostLibc.epoll_ctl(_poll.Number, operation, descriptor, entry) != 0)
        {
            throw SystemCallException.Last("epoll_ctl");
        }
    }
}
