// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Exports;

/// <summary>struct l2tp_session of the header: a GC handle, opaque to the host.</summary>
internal static unsafe class SessionHandle
{
    /// <summary>Makes a handle that keeps the session alive.</summary>
    public static void* New(Session session) => (void*)GCHandle.ToIntPtr(GCHandle.Alloc(session));

    /// <summary>The session behind a handle that the host got from open and has not closed.</summary>
    // SAFETY: the cast is not checked, for it is made for each frame; only New makes handles, and only of sessions.
    public static Session Get(void* handle) => Unsafe.As<Session>(GCHandle.FromIntPtr((nint)handle).Target!);

    /// <summary>Ends a handle.</summary>
    public static void Free(void* handle) => GCHandle.FromIntPtr((nint)handle).Free();

    /// <summary>An export has caught an exception: counts it, and says so the first time. It cannot throw: behind it is C.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
    public static void Failed(void* handle, Exception exception)
    {
        if (handle == null)
        {
            return;
        }

        try
        {
            Get(handle).Failed(exception);
        }
        catch (Exception)
        {
            // Session.Failed counts before it does anything else, so it has not gone unseen.
            return;
        }
    }
}
