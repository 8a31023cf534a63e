// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Interop;

/// <summary>Constants of l2tp_plane.h under their C names.</summary>
internal static class PlaneConstants
{
    internal const uint L2TP_PLANE_ABI_VERSION = 1;
    internal const uint L2TP_WATCH_READ = 1;
    internal const uint L2TP_WATCH_WRITE = 2;
    internal const int L2TP_REPORT_INFO = 0;
    internal const int L2TP_REPORT_WARNING = 1;
    internal const int L2TP_REPORT_ERROR = 2;
}
