// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>Which outer packets are never fragmented.</summary>
internal enum DontFragmentSetting
{
    /// <summary>Nothing said: those that fit the path; this host fragments the rest.</summary>
    Fitting,

    /// <summary>df=on: all; what is longer than the path is dropped.</summary>
    On,

    /// <summary>df=off: none; routers fragment what is too long for them.</summary>
    Off,

    /// <summary>df=inherit: those whose frame is IPv4 with DF, or IPv6, as VXLAN has it (ip-link(8)).</summary>
    Inherit,
}
