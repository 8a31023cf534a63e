// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Interop;

/// <summary>Constants of l2tp_plane.h under their C names.</summary>
internal static class PlaneConstants
{
    internal const uint L2TP_PLANE_ABI_VERSION = 1;
    internal const uint L2TP_WATCH_READ = 1;
    internal const uint L2TP_WATCH_WRITE = 2;
    internal const uint L2TP_OFFLOAD_CSUM = 0x001;
    internal const uint L2TP_OFFLOAD_TSO4 = 0x002;
    internal const uint L2TP_OFFLOAD_TSO6 = 0x004;
    internal const uint L2TP_OFFLOAD_ECN = 0x008;
    internal const uint L2TP_OFFLOAD_UFO = 0x010;
    internal const uint L2TP_OFFLOAD_USO4 = 0x020;
    internal const uint L2TP_OFFLOAD_USO6 = 0x040;
    internal const uint L2TP_OFFLOAD_TUNNEL = 0x080;
    internal const uint L2TP_OFFLOAD_TUNNEL_CSUM = 0x100;
    internal const int L2TP_REPORT_INFO = 0;
    internal const int L2TP_REPORT_WARNING = 1;
    internal const int L2TP_REPORT_ERROR = 2;
}
