// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Interop;

/// <summary>struct cmsghdr, bits/socket.h; cmsg(3). The data follow, aligned to 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct cmsghdr
{
    public nuint cmsg_len;
    public int cmsg_level;
    public int cmsg_type;
}
