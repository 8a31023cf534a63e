// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Interop;

/// <summary>struct l2tp_session_config, l2tp_plane.h: what a session is opened with.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct l2tp_session_config
{
    public uint size;
    public uint abi_version;
    public byte* options;
    public byte* settings;
    public l2tp_host host;
}
