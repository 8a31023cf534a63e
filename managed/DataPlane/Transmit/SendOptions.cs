// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>
/// How a datagram is sent, apart from its bytes. Only datagrams with equal options join a run. One number: two fields that are written one by one
/// and compared or copied as one at once would make the processor wait for both stores, with every frame.
/// </summary>
internal readonly record struct SendOptions
{
    private const int DiscoveryShift = 8;

    private readonly ushort _both;

    /// <summary>Puts both together.</summary>
    /// <param name="discovery">Who may fragment it: a state of the socket.</param>
    /// <param name="trafficClass">Its own TOS or traffic class, by a control message; 0: the socket's.</param>
    public SendOptions(PmtuDiscovery discovery, byte trafficClass = 0)
    {
        _both = (ushort)(((int)discovery << DiscoveryShift) | trafficClass);
    }

    /// <summary>Who may fragment it: a state of the socket.</summary>
    public PmtuDiscovery Discovery => (PmtuDiscovery)(_both >> DiscoveryShift);

    /// <summary>Its own TOS or traffic class, by a control message; 0: the socket's.</summary>
    public byte TrafficClass => (byte)_both;
}
