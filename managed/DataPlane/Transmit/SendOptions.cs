// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>How a datagram is sent, apart from its bytes. Only datagrams with equal options join a run.</summary>
/// <param name="Discovery">Who may fragment it: a state of the socket.</param>
/// <param name="TrafficClass">Its own TOS or traffic class, by a control message; 0: the socket's.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SendOptions(PmtuDiscovery Discovery, byte TrafficClass = 0);
