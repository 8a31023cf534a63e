// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>A finished frame: where it lies, and what the guest is told about it.</summary>
/// <param name="Offset">Where it begins in the buffers; <see cref="TcpCoalescer.Headroom"/> bytes before it are free.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="SegmentCount">How many frames of the wire it stands for; of 1 not a byte was changed.</param>
/// <param name="Vnet">The vnet header. Its flags suppose that the guest accepted checksum offload.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoalescedFrame(int Offset, int Length, int SegmentCount, VnetHeader Vnet);
