// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Interop;

/// <summary>struct l2tp_plane_abi, l2tp_plane.h: version and struct sizes of the plane.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct l2tp_plane_abi
{
    public uint abi_version;
    public uint abi_size;
    public uint config_size;
    public uint host_size;
}
