// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Packets.Wire;

/// <summary>The control bits of a TCP header (RFC 9293, 3.1; RFC 3168, 6.1 for ECE and CWR).</summary>
[Flags]
public enum TcpControl
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,

    /// <summary>ECN echo: in every segment until the sender has answered.</summary>
    Ece = 0x40,

    /// <summary>Congestion window reduced: in one segment only.</summary>
    Cwr = 0x80,
}
