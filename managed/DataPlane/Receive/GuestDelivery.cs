// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Receive;

/// <summary>
/// The last step to the guest: a vnet header in front where the NIC has one, padding where it wants that, and the
/// counters. Frames are handed over where they lie, in one piece: virtio-net copies a second time what has more.
/// </summary>
internal sealed unsafe class GuestDelivery : IDisposable
{
    private const int Headroom = NativeBlock.CacheLine;

    private readonly GuestPort _guest;
    private readonly VnetState _vnet;
    private readonly Counters _counters;
    private readonly CaptureTap _capture;
    private readonly NativeBlock _shortFrame = new(Headroom + EthernetFrame.MinimumLength);
    private bool _pads;
    private DropReason _refusal;
    private Wire _queued;

    public GuestDelivery(GuestPort guest, VnetState vnet, Counters counters, Captures captures)
    {
        _guest = guest;
        _vnet = vnet;
        _counters = counters;
        _capture = captures.Guest;
    }

    /// <summary>
    /// Some frames are about to be delivered: is there a NIC, and what does it want? Asked once for all of them, since nothing
    /// connects a NIC or takes its link down while they are delivered.
    /// </summary>
    public void Begin()
    {
        uint guest = _guest.DescribeGuest();
        _pads = (guest & PlaneConstants.L2TP_GUEST_PADS) != 0;
        _refusal = (guest & PlaneConstants.L2TP_GUEST_NO_NIC) != 0 ? DropReason.NoNic
            : (guest & PlaneConstants.L2TP_GUEST_LINK_DOWN) != 0 ? DropReason.LinkDown
            : DropReason.None;
    }

    /// <summary>Delivers a frame as it came.</summary>
    /// <param name="frame">Its first byte, with room for a vnet header before it that nobody needs any more.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns>False when the host took it but takes no more.</returns>
    public bool TryDeliverFrame(byte* frame, int length)
    {
        VnetHeader header = default;
        // SAFETY: the caller's frame, length bytes in a slot.
        if (_vnet.HeaderLength != 0 && _vnet.GuestChecksums && ChecksumOffload.IsVerified(new ReadOnlySpan<byte>(frame, length)))
        {
            header = new VnetHeader { Flags = VnetHeader.DataValid };
        }

        return TryDeliver(frame, length, header, new Wire(1, length));
    }

    /// <summary>Delivers what was joined.</summary>
    /// <param name="start">Its first byte, with room for a vnet header before it.</param>
    /// <param name="frame">What it is.</param>
    /// <returns>False when the host took it but takes no more.</returns>
    public bool TryDeliverLarge(byte* start, CoalescedFrame frame)
    {
        _counters.CoalescedFrames += frame.SegmentCount > 1 ? 1UL : 0;
        // On the wire each segment had the headers.
        int wireBytes = frame.Length + ((frame.SegmentCount - 1) * frame.Vnet.HdrLen);
        return TryDeliver(start, frame.Length, frame.Vnet, new Wire(frame.SegmentCount, wireBytes));
    }

    /// <summary>The frame that the host had queued has left its queue.</summary>
    /// <param name="refusal">Why the guest did not take it; None: it did.</param>
    public void CountQueued(DropReason refusal) => Count(_queued, refusal);

    public void Dispose() => _shortFrame.Dispose();

    private bool TryDeliver(byte* frame, int length, in VnetHeader header, Wire wire)
    {
        if (_refusal != DropReason.None)
        {
            // The host would say that they were taken, and throw them away.
            _counters.AddDrops(_refusal, wire.Frames);
            return true;
        }

        if (_pads && length < EthernetFrame.MinimumLength)
        {
            frame = Pad(frame, length);
            length = EthernetFrame.MinimumLength;
        }

        if (_capture.IsOn)
        {
            // SAFETY: the caller's frame, length bytes.
            _capture.Write(new ReadOnlySpan<byte>(frame, length));
        }

        int headerLength = _vnet.HeaderLength;
        byte* start = frame - headerLength;
        if (headerLength != 0)
        {
            // SAFETY: in front of a frame lie the headroom of its slot and its own L2TPv3 header, or, in a slot of many, the
            // end of the frame before it, which is done with; of a flow's frame and of the padded copy, their headroom.
            header.Write(new Span<byte>(start, headerLength));
        }

        nint answer = _guest.Deliver(start, headerLength + length);
        if (answer == 0)
        {
            _queued = wire;
            return false;
        }

        Count(wire, answer > 0 ? DropReason.None : RefusalOf(answer));
        return true;
    }

    /// <summary>What l2tp_host.deliver says of a frame that is not queued.</summary>
    private static DropReason RefusalOf(nint answer) => answer switch
    {
        -LinuxConstants.EMSGSIZE => DropReason.TooLargeForGuest,
        -LinuxConstants.ENETDOWN => DropReason.LinkDown,
        _ => DropReason.None,
    };

    private void Count(Wire wire, DropReason refusal)
    {
        if (refusal == DropReason.None)
        {
            _counters.AddReceived(wire.Frames, wire.Bytes);
        }
        else
        {
            _counters.AddDrops(refusal, wire.Frames);
        }
    }

    /// <summary>Copies a short frame to where it can grow: behind it in its slot may lie the next one.</summary>
    private byte* Pad(byte* frame, int length)
    {
        byte* copy = _shortFrame.Start + Headroom;
        // SAFETY: length is below 60, and the block holds the headroom and 60 bytes.
        Span<byte> padded = new(copy, EthernetFrame.MinimumLength);
        new ReadOnlySpan<byte>(frame, length).CopyTo(padded);
        padded[length..].Clear();
        return copy;
    }

    /// <summary>What a delivery stands for on the wire: how many frames, and their bytes without padding.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Wire(int Frames, int Bytes);
}
