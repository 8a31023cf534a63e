// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>System calls for many messages that a sandbox does not let through.</summary>
[Flags]
internal enum RefusedCalls
{
    /// <summary>Both work.</summary>
    None = 0,

    /// <summary>sendmmsg(2).</summary>
    Send = 1,

    /// <summary>recvmmsg(2).</summary>
    Receive = 2,
}
