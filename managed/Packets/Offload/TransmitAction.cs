// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Offload;

/// <summary>What a guest's frame still needs before it can go out.</summary>
public enum TransmitAction
{
    /// <summary>Nothing.</summary>
    SendAsIs,

    /// <summary>Its checksum: <see cref="ChecksumOffload.TryComplete"/>.</summary>
    CompleteChecksum,

    /// <summary>Cutting into TCP segments: <see cref="TcpSegmenter"/>.</summary>
    SegmentTcp,

    /// <summary>Cutting into UDP datagrams: <see cref="UdpSegmenter"/>.</summary>
    SegmentUdp,
}
