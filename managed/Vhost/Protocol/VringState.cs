// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.Vhost.Rings;

namespace L2tpv3.Vhost.Protocol;

/// <summary>The payload of most requests about rings: which one, and a number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct VringState(uint Index, uint Number)
{
    /// <summary>Reads a payload.</summary>
    public static VringState Read(Message message)
    {
        message.CheckSize(2 * sizeof(uint));
        return new VringState(message.Payload32(0), message.Payload32(sizeof(uint)));
    }

    /// <summary>The payload as an answer has it.</summary>
    public ulong ToPayload() => Index | ((ulong)Number << 32);
}

/// <summary>The payload of SET_VRING_KICK, _CALL and _ERR: which ring, and whether a descriptor came.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VringFile(uint Index, bool HasDescriptor)
{
    private const ulong IndexMask = 0xff;
    private const ulong NoDescriptor = 0x100;

    /// <summary>Reads a payload.</summary>
    public static VringFile Read(Message message)
    {
        message.CheckSize(sizeof(ulong));
        ulong value = message.Payload64(0);
        VringFile file = new((uint)(value & IndexMask), (value & NoDescriptor) == 0);
        message.CheckDescriptors(file.HasDescriptor ? 1 : 0);
        return file;
    }
}

/// <summary>The payload of SET_VRING_ADDR: index 4, flags 4, then 8 bytes each for descriptor, used, available, log.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VringAddresses(uint Index, RingAddresses Addresses)
{
    private const int Size = 40;
    private const int FlagsOffset = 4;
    private const int DescriptorOffset = 8;
    private const int UsedOffset = 16;
    private const int AvailableOffset = 24;
    private const int LogOffset = 32;

    /// <summary>Reads a payload.</summary>
    public static VringAddresses Read(Message message)
    {
        message.CheckSize(Size);
        bool isLogged = (message.Payload32(FlagsOffset) & (1u << Interop.VhostConstants.VHOST_VRING_F_LOG)) != 0;
        return new VringAddresses(
            message.Payload32(0),
            new RingAddresses(message.Payload64(DescriptorOffset), message.Payload64(AvailableOffset), message.Payload64(UsedOffset), message.Payload64(LogOffset), isLogged));
    }
}
