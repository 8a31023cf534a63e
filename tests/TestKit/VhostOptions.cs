// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary><c>struct vd_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct VhostOptions
{
    /// <summary>Taken if the back end offers them.</summary>
    public VirtioFeatures Features;

    /// <summary>The same.</summary>
    public VhostProtocolFeatures ProtocolFeatures;

    public VhostBehaviour Behaviour;

    /// <summary>Of memory.</summary>
    public uint Regions;

    public uint Queues;

    /// <summary>A power of two.</summary>
    public uint QueueSize;

    /// <summary>Bytes of a receive buffer, its header included.</summary>
    public uint ReceiveSize;

    public uint ReceivePieces;

    /// <summary>The longest frame, its header included.</summary>
    public uint TransmitSize;

    /// <summary>Bytes at the end of each region for the test.</summary>
    public uint Spare;

    /// <summary>How many milliseconds an answer may take.</summary>
    public uint Timeout;

    /// <summary>Those of vd_defaults, but more patience: a busy machine must not fail a test.</summary>
    public static VhostOptions Default
    {
        get
        {
            VhostDriverLibrary.vd_defaults(out VhostOptions options);
            return options with { Timeout = (uint)Timeouts.Arrival.TotalMilliseconds };
        }
    }
}

/// <summary><c>struct vd_piece</c>: one of a chain.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct VhostPiece
{
    /// <summary>The guest's.</summary>
    public ulong Address;

    public uint Length;

    /// <summary>Not 0: the device writes it.</summary>
    public uint Writable;
}

/// <summary><c>struct vd_figures</c>: what a loop of many frames came to.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct VhostFigures
{
    public ulong Frames;

    /// <summary>With headers.</summary>
    public ulong Bytes;

    /// <summary>From the first frame to the last.</summary>
    public ulong Nanoseconds;

    /// <summary>CPU time of the thread that drove the queue.</summary>
    public ulong CpuNanoseconds;

    public ulong Kicks;

    public ulong Interrupts;
}

/// <summary><c>struct vring_desc</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct VringDescriptor
{
    public ulong Address;

    public uint Length;

    /// <summary>Of <see cref="VringFlag"/>.</summary>
    public ushort Flags;

    public ushort Next;
}

/// <summary>Flags of a descriptor.</summary>
public static class VringFlag
{
    public const ushort Next = 1;
    public const ushort Write = 2;
    public const ushort Indirect = 4;
}

/// <summary><c>struct vd_ring</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VhostRing
{
    public VringDescriptor* Descriptors;
    public ushort* Available;
    public ushort* Used;
    public VringDescriptor* Tables;
    public uint Size;
    public uint TableLength;
    public int Kick;
    public int Call;
    public int Error;
    public int Reserved;
}

/// <summary><c>struct vd_region</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VhostRegion
{
    public byte* Base;
    public ulong Size;
    public ulong GuestAddress;
    public ulong FileOffset;
    public ulong SpareOffset;
    public int Descriptor;
    public int Reserved;
}
