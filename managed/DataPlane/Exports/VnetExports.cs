// SPDX-License-Identifier: GPL-2.0-or-later
//
// The vnet header is not offered yet, so the guest's NIC sends and takes plain frames. The calls are there because the
// shim forwards QEMU's callbacks one to one; none of them can fail.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Exports;

/// <summary>The calls of l2tp_plane.h about the vnet header (virtio 1.2, 5.1.6).</summary>
[SuppressMessage("Style", "IDE0060:Remove unused parameter", Justification = "The C header has it.")]
internal static unsafe class VnetExports
{
    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_has_vnet_header", CallConvs = [typeof(CallConvCdecl)])]
    internal static int HasVnetHeader(void* session) => 0;

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_has_vnet_header_length", CallConvs = [typeof(CallConvCdecl)])]
    internal static int HasVnetHeaderLength(void* session, int length) => length == 0 ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set_vnet_header_length", CallConvs = [typeof(CallConvCdecl)])]
    internal static void SetVnetHeaderLength(void* session, int length)
    {
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set_offloads", CallConvs = [typeof(CallConvCdecl)])]
    internal static void SetOffloads(void* session, uint offloads)
    {
    }
}
