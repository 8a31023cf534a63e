// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Vhost.Protocol;

/// <summary>The requests of a front-end (docs/interop/vhost-user.rst of QEMU): those that it may make of us.</summary>
internal enum Request
{
    None = 0,
    GetFeatures = 1,
    SetFeatures = 2,
    SetOwner = 3,
    ResetOwner = 4,
    SetMemoryTable = 5,
    SetLogBase = 6,
    SetLogDescriptor = 7,
    SetVringNumber = 8,
    SetVringAddresses = 9,
    SetVringBase = 10,
    GetVringBase = 11,
    SetVringKick = 12,
    SetVringCall = 13,
    SetVringError = 14,
    GetProtocolFeatures = 15,
    SetProtocolFeatures = 16,
    GetQueueNumber = 17,
    SetVringEnable = 18,
    SendRarp = 19,
    SetMtu = 20,
    GetInflightDescriptor = 31,
    SetInflightDescriptor = 32,
    GetMaximumMemorySlots = 36,
    AddMemoryRegion = 37,
    RemoveMemoryRegion = 38,
    SetStatus = 39,
    GetStatus = 40,
}
