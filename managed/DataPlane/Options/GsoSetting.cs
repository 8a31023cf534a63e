// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>Which runs of datagrams are sent as one (UDP_SEGMENT).</summary>
internal enum GsoSetting
{
    /// <summary>gso=on: all.</summary>
    On,

    /// <summary>gso=off: none.</summary>
    Off,

    /// <summary>gso=uneven: those whose last datagram is shorter; for kernels 7.0 to 7.1.4, which mangle the others.</summary>
    Uneven,
}
