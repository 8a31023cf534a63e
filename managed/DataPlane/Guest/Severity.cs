// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Guest;

/// <summary>How serious a log line is: L2TP_REPORT_* of l2tp_plane.h.</summary>
internal enum Severity
{
    Information = PlaneConstants.L2TP_REPORT_INFO,
    Warning = PlaneConstants.L2TP_REPORT_WARNING,
    Error = PlaneConstants.L2TP_REPORT_ERROR,
}
