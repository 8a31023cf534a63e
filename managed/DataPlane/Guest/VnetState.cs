// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the guest's NIC and the session have agreed on.
//
// A NIC that knows the vnet header asks whether it is there, sets its length, and later says which offloads the guest's
// driver takes on receive. Both change at run time: 10 bytes at start, 12 when a modern driver comes, 10 and no offload
// at reset. A NIC that knows no such header asks nothing and sets nothing: the length stays 0.
//
// QEMU makes no difference between the guest's offloads on transmit: a backend that has the header takes frames with
// NEEDS_CSUM, TSO for IPv4 and IPv6, and ECN, all or none.

using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Guest;

/// <summary>The vnet header of one session.</summary>
internal sealed class VnetState
{

    /// <summary>Makes the state before any NIC has spoken.</summary>
    /// <param name="isOffered">False: offload=off.</param>
    public VnetState(bool isOffered)
    {
        IsOffered = isOffered;
    }

    /// <summary>A NIC may use the header.</summary>
    public bool IsOffered { get; }

    /// <summary>Bytes in front of each frame, both ways; 0: none.</summary>
    public int HeaderLength { get; private set; }

    /// <summary>What the guest's driver takes on receive: L2TP_OFFLOAD_*.</summary>
    public uint Offloads { get; private set; }

    /// <summary>The guest completes checksums: frames may have NEEDS_CSUM or DATA_VALID.</summary>
    public bool GuestChecksums => (Offloads & PlaneConstants.L2TP_OFFLOAD_CSUM) != 0;

    /// <summary>The guest takes TCP over IPv4 of up to 64 KiB.</summary>
    public bool GuestTso4 => GuestChecksums && (Offloads & PlaneConstants.L2TP_OFFLOAD_TSO4) != 0;

    /// <summary>The guest takes TCP over IPv6 of up to 64 KiB.</summary>
    public bool GuestTso6 => GuestChecksums && (Offloads & PlaneConstants.L2TP_OFFLOAD_TSO6) != 0;

    /// <summary>The guest takes large frames whose first segment has CWR set.</summary>
    public bool GuestEcn => (Offloads & PlaneConstants.L2TP_OFFLOAD_ECN) != 0;

    /// <summary>Whether a NIC may set this length.</summary>
    public bool Takes(int length) => IsOffered && VnetHeader.IsLength(length);

    /// <summary>The NIC sets the length; anything that is no length of the header, 0 included, means that there is none.</summary>
    public void SetHeaderLength(int length)
    {
        HeaderLength = Takes(length) ? length : 0;
    }

    /// <summary>The NIC says what the guest's driver takes: L2TP_OFFLOAD_*.</summary>
    public void SetOffloads(uint offloads) => Offloads = offloads;
}
