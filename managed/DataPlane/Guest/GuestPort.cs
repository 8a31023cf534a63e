// SPDX-License-Identifier: GPL-2.0-or-later
//
// The host as the plane sees it: the callbacks of l2tp_plane.h, one method each. The host is the shim in QEMU, a C
// driver, or a test.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.DataPlane.Guest;

/// <summary>A copy of the host's function table. The functions stay callable until the session is closed.</summary>
internal readonly unsafe struct GuestPort
{
    private const int MaximumReport = 512;

    private readonly l2tp_host _table;

    public GuestPort(l2tp_host table)
    {
        _table = table;
    }

    /// <summary>Hands a frame to the guest. 0: the host has queued it and takes no more.</summary>
    public nint Deliver(byte* frame, int size) => _table.deliver(_table.opaque, frame, (nuint)size);

    /// <summary>What the guest's NIC is like at present: L2TP_GUEST_*.</summary>
    public uint DescribeGuest() => _table.describe_guest(_table.opaque);

    /// <summary>Watches the socket for L2TP_WATCH_*.</summary>
    public void Watch(int descriptor, uint interest) => _table.watch(_table.opaque, descriptor, interest);

    /// <summary>Asks for <see cref="Session.Run"/>.</summary>
    public void Schedule() => _table.schedule(_table.opaque);

    /// <summary>Asks for <see cref="Session.Timer"/>; negative: never.</summary>
    public void SetTimer(long delayMs) => _table.set_timer(_table.opaque, delayMs);

    /// <summary>A frame that was refused with 0 would be taken now.</summary>
    public void ResumeGuest() => _table.resume_guest(_table.opaque);

    /// <summary>Sets the line of `info network`.</summary>
    /// <param name="text">UTF-8 with a final NUL.</param>
    public void SetInfo(byte* text) => _table.set_info(_table.opaque, text);

    /// <summary>Writes one log line; where the text has several, as an exception's has, they are joined.</summary>
    public void Report(Severity severity, string text)
    {
        // SAFETY: the buffer outlives the call, and Terminate keeps its last byte for the NUL.
        byte* buffer = stackalloc byte[MaximumReport];
        Utf8Line line = new(new Span<byte>(buffer, MaximumReport));
        line.Append(text.ReplaceLineEndings(" |"));
        line.Terminate();
        _table.report(_table.opaque, (int)severity, buffer);
    }
}
