// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>How a datagram is sent, apart from its bytes. Only datagrams of one kind join a run.</summary>
/// <param name="Discovery">Who may fragment it.</param>
internal readonly record struct SendKind(PathDiscovery Discovery);
