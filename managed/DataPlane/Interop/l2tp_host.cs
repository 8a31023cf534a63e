// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Interop;

/// <summary>struct l2tp_host, l2tp_plane.h: what the plane may ask of its host.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct l2tp_host
{
    public uint size;
    public uint reserved;
    public void* opaque;
    public delegate* unmanaged[Cdecl]<void*, byte*, nuint, nint> deliver;
    public delegate* unmanaged[Cdecl]<void*, int> pads_short_frames;
    public delegate* unmanaged[Cdecl]<void*, int, uint, void> watch;
    public delegate* unmanaged[Cdecl]<void*, void> schedule;
    public delegate* unmanaged[Cdecl]<void*, long, void> set_timer;
    public delegate* unmanaged[Cdecl]<void*, void> resume_guest;
    public delegate* unmanaged[Cdecl]<void*, byte*, void> set_info;
    public delegate* unmanaged[Cdecl]<void*, int, byte*, void> report;
}
