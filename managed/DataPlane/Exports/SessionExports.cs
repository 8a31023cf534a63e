// SPDX-License-Identifier: GPL-2.0-or-later
//
// The C boundary: l2tp_plane.h, function by function. Each export checks its pointers, translates, makes one call and
// catches everything, because an exception that leaves C# aborts the process, and the process is somebody's VM. No logic
// here.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Exports;

/// <summary>The calls on an open session.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
internal static unsafe class SessionExports
{
    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_transmit", CallConvs = [typeof(CallConvCdecl)])]
    internal static nint Transmit(void* session, byte* frame, nuint size)
    {
        iovec piece = new() { iov_base = frame, iov_len = size };
        return TransmitPieces(session, &piece, 1);
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_transmit_iov", CallConvs = [typeof(CallConvCdecl)])]
    internal static nint TransmitIov(void* session, iovec* pieces, int count) => TransmitPieces(session, pieces, count);

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_transmit_raw", CallConvs = [typeof(CallConvCdecl)])]
    internal static nint TransmitRaw(void* session, byte* frame, nuint size)
    {
        iovec piece = new() { iov_base = frame, iov_len = size };
        try
        {
            return SessionHandle.Get(session).TryTransmitRaw(new GuestFrame(&piece, 1)) ? (nint)Math.Max(size, 1) : 0;
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return (nint)Math.Max(size, 1);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_can_transmit", CallConvs = [typeof(CallConvCdecl)])]
    internal static int CanTransmit(void* session)
    {
        try
        {
            return SessionHandle.Get(session).CanTransmit ? 1 : 0;
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return 1;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set_link", CallConvs = [typeof(CallConvCdecl)])]
    internal static void SetLink(void* session, int up)
    {
        try
        {
            SessionHandle.Get(session).SetLink(up != 0);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_readable", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Readable(void* session)
    {
        try
        {
            SessionHandle.Get(session).Readable();
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_writable", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Writable(void* session)
    {
        try
        {
            SessionHandle.Get(session).Writable();
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_run", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Run(void* session)
    {
        try
        {
            SessionHandle.Get(session).Run();
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_timer", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Timer(void* session)
    {
        try
        {
            SessionHandle.Get(session).Timer();
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_delivered", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Delivered(void* session, nint size)
    {
        try
        {
            SessionHandle.Get(session).Delivered(size != 0 ? DropReason.None : DropReason.Purged);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    private static nint TransmitPieces(void* session, iovec* pieces, int count)
    {
        int length = 0;
        try
        {
            GuestFrame frame = new(pieces, count);
            length = frame.Length;
            return SessionHandle.Get(session).TryTransmit(frame) ? Math.Max(length, 1) : 0;
        }
        catch (Exception e)
        {
            // Consumed: a frame that throws once would throw for ever.
            SessionHandle.Failed(session, e);
            return Math.Max(length, 1);
        }
    }
}
