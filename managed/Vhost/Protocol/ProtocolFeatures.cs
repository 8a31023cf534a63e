// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Vhost.Protocol;

/// <summary>VHOST_USER_PROTOCOL_F_*: those that we know.</summary>
[Flags]
internal enum ProtocolFeatures : ulong
{
    None = 0,

    /// <summary>MQ: we are asked how many pairs of queues there may be.</summary>
    QueueNumber = 1UL << 0,

    /// <summary>LOG_SHMFD: the log of dirty pages is a file.</summary>
    LogFile = 1UL << 1,

    /// <summary>RARP: we announce a guest that has moved.</summary>
    Rarp = 1UL << 2,

    /// <summary>REPLY_ACK: any request may ask for an answer.</summary>
    ReplyAck = 1UL << 3,

    /// <summary>NET_MTU.</summary>
    Mtu = 1UL << 4,

    /// <summary>INFLIGHT_SHMFD: what is taken and not used is kept while we are away.</summary>
    InflightFile = 1UL << 12,

    /// <summary>CONFIGURE_MEM_SLOTS: memory comes and goes region by region.</summary>
    MemorySlots = 1UL << 15,

    /// <summary>STATUS: we are told the device's status.</summary>
    Status = 1UL << 16,

    /// <summary>All of them.</summary>
    All = QueueNumber | LogFile | Rarp | ReplyAck | Mtu | InflightFile | MemorySlots | Status,
}
