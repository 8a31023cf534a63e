// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The datagrams of one message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DatagramRun
{
    /// <summary>Bytes of each but the last, which may be shorter.</summary>
    public ushort SegmentSize;

    public ushort Count;

    public SendOptions Options;
}
