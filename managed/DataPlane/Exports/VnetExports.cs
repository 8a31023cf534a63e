// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Exports;

/// <summary>The calls of l2tp_plane.h about the vnet header (virtio 1.2, 5.1.6).</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
internal static unsafe class VnetExports
{
    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_has_vnet_header", CallConvs = [typeof(CallConvCdecl)])]
    internal static int HasVnetHeader(void* session)
    {
        try
        {
            return SessionHandle.Get(session).Vnet.IsOffered ? 1 : 0;
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_has_uso", CallConvs = [typeof(CallConvCdecl)])]
    internal static int HasUso(void* session)
    {
        try
        {
            // Frames with VIRTIO_NET_HDR_GSO_UDP_L4 are cut as TCP's are.
            return SessionHandle.Get(session).Vnet.IsOffered ? 1 : 0;
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_has_vnet_header_length", CallConvs = [typeof(CallConvCdecl)])]
    internal static int HasVnetHeaderLength(void* session, int length)
    {
        try
        {
            return SessionHandle.Get(session).Vnet.Takes(length) ? 1 : 0;
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set_vnet_header_length", CallConvs = [typeof(CallConvCdecl)])]
    internal static void SetVnetHeaderLength(void* session, int length)
    {
        try
        {
            SessionHandle.Get(session).SetVnetHeaderLength(length);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set_offloads", CallConvs = [typeof(CallConvCdecl)])]
    internal static void SetOffloads(void* session, uint offloads)
    {
        try
        {
            SessionHandle.Get(session).SetOffloads(offloads);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
    }
}
