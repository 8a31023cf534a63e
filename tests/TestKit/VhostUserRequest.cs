// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics.CodeAnalysis;

namespace TestKit;

/// <summary>Requests of the front end: QEMU's docs/interop/vhost-user.rst.</summary>
[SuppressMessage("Design", "CA1027", Justification = "numbers, not bits")]
public enum VhostUserRequest
{
    None,
    GetFeatures,
    SetFeatures,
    SetOwner,
    ResetOwner,
    SetMemTable,
    SetLogBase,
    SetLogFd,
    SetVringNum,
    SetVringAddr,
    SetVringBase,
    GetVringBase,
    SetVringKick,
    SetVringCall,
    SetVringErr,
    GetProtocolFeatures,
    SetProtocolFeatures,
    GetQueueNum,
    SetVringEnable,
    SendRarp,
    NetSetMtu,
    GetInflightFd = 31,
    SetInflightFd = 32,
    ResetDevice = 34,
    GetMaxMemSlots = 36,
    AddMemReg = 37,
    RemMemReg = 38,
    SetStatus = 39,
    GetStatus = 40,
}

/// <summary>The queues of virtio-net, seen from the guest.</summary>
public enum VhostDirection
{
    /// <summary>Wire to guest.</summary>
    Receive,

    /// <summary>Guest to wire.</summary>
    Transmit,
}

/// <summary>Feature bits of virtio-net and of vhost.</summary>
[Flags]
public enum VirtioFeatures : ulong
{
    None = 0,
    Csum = 1ul << 0,
    GuestCsum = 1ul << 1,
    GuestTso4 = 1ul << 7,
    GuestTso6 = 1ul << 8,
    GuestEcn = 1ul << 9,
    HostTso4 = 1ul << 11,
    HostTso6 = 1ul << 12,
    HostEcn = 1ul << 13,
    MrgRxbuf = 1ul << 15,
    LogAll = 1ul << 26,
    IndirectDesc = 1ul << 28,
    EventIdx = 1ul << 29,
    ProtocolFeatures = 1ul << 30,
    Version1 = 1ul << 32,
    GuestUso4 = 1ul << 54,
    GuestUso6 = 1ul << 55,
    HostUso = 1ul << 56,
}

/// <summary>Feature bits of vhost-user.</summary>
[Flags]
public enum VhostProtocolFeatures : ulong
{
    None = 0,
    Mq = 1ul << 0,
    LogShmfd = 1ul << 1,
    Rarp = 1ul << 2,
    ReplyAck = 1ul << 3,
    NetMtu = 1ul << 4,
    InflightShmfd = 1ul << 12,
    ResetDevice = 1ul << 13,
    ConfigureMemSlots = 1ul << 15,
    Status = 1ul << 16,
}

/// <summary>What a scribbler writes over.</summary>
[Flags]
public enum VhostParts
{
    None = 0,
    Descriptors = 1,
    Available = 2,
    Used = 4,
    Tables = 8,
    Buffers = 16,
    All = Descriptors | Available | Used | Tables | Buffers,
}

/// <summary>How the driver behaves.</summary>
[Flags]
public enum VhostBehaviour
{
    None = 0,

    /// <summary>Chains of several pieces go into a table, where the feature is on.</summary>
    Indirect = 1,

    /// <summary>The header has a descriptor of its own in receive buffers.</summary>
    SplitHeader = 2,

    /// <summary>One memfd for all regions.</summary>
    OneFile = 4,

    /// <summary>No acknowledgements are asked for, although REPLY_ACK is on.</summary>
    NoAck = 8,

    /// <summary>No inflight region.</summary>
    NoInflight = 16,

    /// <summary>No waiting for interrupts: looking again and again.</summary>
    Poll = 32,

    /// <summary>Whoever waits does not know that the back end is gone, and goes on when it is there again.</summary>
    Patient = 64,
}
