// SPDX-License-Identifier: GPL-2.0-or-later
//
// Guest to wire: turns each frame of the guest into one datagram or, when the guest left segmentation to us, into many.
//
//     [vnet header] frame --TransmitOffload.TryPlan--> send as is --------------------.
//                                                      complete its checksum ---------+--> header + frame in the queue
//                                                      cut into segments (TSO, USO) --'
//
// The bytes are copied once, behind the L2TPv3 header, into the block that sendmmsg reads; a segment's payload is summed
// while it is copied. Equal segments lie behind each other, so that the queue sends them as one (UDP_SEGMENT).
//
// The guest can change a frame while it is sent. So what is decided by is what is sent: headers that were looked at are not
// read again, sums are those of the copy, and while a capture runs the whole frame is copied first (FrameCopy).
//
// Rejected: sending segments straight from guest memory, as pairs of header and payload. It saves the copy (the sum must
// read every byte anyway, and copying while summing costs little more), but each pair is an iovec that the kernel walks,
// and a send that stops half-way would need the guest's memory after the guest has it back.

using System;
using System.Runtime.CompilerServices;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The transmit half of a session.</summary>
internal sealed class TransmitPath
{
    /// <summary>All headers of a frame lie in so many bytes: two tags, IPv6 with extension headers, TCP with options.</summary>
    public const int MaximumHead = 512;

    private const int NoChecksum = -1;

    private readonly TransmitQueue _queue;
    private readonly SendPolicy _policy;
    private readonly Encapsulation _encapsulation;
    private readonly PathMtu _pathMtu;
    private readonly VnetState _vnet;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly CaptureTap _capture;
    private readonly UnfinishedFrame _unfinished = new();

    public TransmitPath(PathMtu pathMtu, Encapsulation encapsulation, VnetState vnet, AlarmClock alarms, Counters counters, Captures captures, TransmitQueue queue, SendPolicy policy)
    {
        _policy = policy;
        _queue = queue;
        _encapsulation = encapsulation;
        _pathMtu = pathMtu;
        _vnet = vnet;
        _alarms = alarms;
        _counters = counters;
        _capture = captures.Guest;
    }

    /// <summary>Takes one frame of the guest, with a vnet header in front when the NIC has set its length.</summary>
    /// <returns>False when it must be offered again later; true when it is accepted, or refused and counted.</returns>
    public bool TryTransmit(in GuestFrame frame)
    {
        int headerLength = _vnet.HeaderLength;
        if (headerLength == 0)
        {
            return TryTransmitRaw(frame);
        }

        if (frame.Length < headerLength)
        {
            return Drop(DropReason.GuestRunt, frame.Length);
        }

        Span<byte> bytes = stackalloc byte[VnetHeader.MinimumLength];
        frame.CopyTo(bytes);
        GuestFrame rest = frame.Slice(headerLength);
        if (VnetHeader.AsksNothing(bytes))
        {
            return TryTransmitRaw(rest);
        }

        _ = VnetHeader.TryRead(bytes, out VnetHeader header);
        return TryBegin() ? TryTransmitByHead(rest, header) : MustDrop(rest.Length);
    }

    /// <summary>Takes one frame that has no vnet header, whatever the NIC has set.</summary>
    /// <returns>False when it must be offered again later; true when it is accepted, or refused and counted.</returns>
    public bool TryTransmitRaw(in GuestFrame frame)
    {
        if (!TryBegin())
        {
            return MustDrop(frame.Length);
        }

        if (_policy.Looks)
        {
            return TryTransmitByHead(frame, default);
        }

        _unfinished.Forget();
        return _capture.IsOn ? TryTransmitWhole(_capture.Copy.Take(frame), [], NoChecksum, 0) : TryTransmitWhole(frame, [], NoChecksum, 0);
    }

    /// <summary>The kernel takes nothing.</summary>
    /// <returns>False when the frame is to be offered again; true when it cannot be, and is dropped.</returns>
    private bool MustDrop(int frameLength)
    {
        if (!_queue.WaitsOutStorm)
        {
            return false;
        }

        _unfinished.Forget();
        return Drop(DropReason.Purged, frameLength);
    }

    /// <summary>False while the kernel takes nothing.</summary>
    private bool TryBegin()
    {
        if (_queue.IsBlocked)
        {
            return false;
        }

        if (!_queue.IsFilling)
        {
            // Once a burst, since it asks for the time.
            _pathMtu.KeepFresh();
        }

        return true;
    }

    /// <summary>
    /// A frame of which the guest has left something to us, or that says itself how it is sent. Apart from the others, for most
    /// frames need none of its variables.
    /// </summary>
    [SkipLocalsInit]
    private bool TryTransmitByHead(in GuestFrame frame, in VnetHeader header)
    {
        Span<byte> head = stackalloc byte[MaximumHead];
        head = head[..Math.Min(frame.Length, MaximumHead)];
        frame.CopyTo(head);
        int next = 0;
        TransmitPlan unfinished = default;
        bool goesOn = header.GsoType != GsoType.None && _unfinished.TryResume(head, frame.Length, out unfinished, out next);
        GuestFrame source = frame;
        if (_capture.IsOn)
        {
            source = goesOn ? _capture.Copy.TakeAgain(frame) : _capture.Copy.Take(frame);
            source.CopyTo(head);
        }

        if (goesOn)
        {
            return TryTransmitSegments(source, head, unfinished, next);
        }

        _unfinished.Forget();
        DropReason reason = TransmitOffload.TryPlan(header, head, source.Length, out TransmitPlan plan);
        if (reason != DropReason.None)
        {
            return Drop(reason, source.Length);
        }

        return plan.Action is TransmitAction.SegmentTcp or TransmitAction.SegmentUdp
            ? TryTransmitSegments(source, head, Fit(plan, head), next)
            : TryTransmitWhole(source, head, plan.Action == TransmitAction.CompleteChecksum ? plan.ChecksumStart : NoChecksum, plan.ChecksumOffset);
    }

    /// <summary>One frame, one datagram.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="head">Its first bytes, as far as they have been read: they are sent as they were then.</param>
    /// <param name="checksumStart">csum_start, or <see cref="NoChecksum"/>.</param>
    /// <param name="checksumOffset">csum_offset.</param>
    private bool TryTransmitWhole(in GuestFrame frame, ReadOnlySpan<byte> head, int checksumStart, int checksumOffset)
    {
        DropReason reason = CheckLength(frame.Length);
        if (reason != DropReason.None)
        {
            return Drop(reason, frame.Length);
        }

        int length = _encapsulation.HeaderLength + frame.Length;
        if (!_queue.TryReserve(length))
        {
            return _queue.MustDrop && Drop(DropReason.Purged, frame.Length);
        }

        SendOptions options = _policy.Of(frame.Length, head);
        Span<byte> datagram = _queue.Add(length, options);
        Span<byte> copy = datagram[_encapsulation.HeaderLength..];
        _encapsulation.Write(datagram);
        if (head.IsEmpty)
        {
            frame.CopyTo(copy);
        }
        else
        {
            head.CopyTo(copy);
            frame.Slice(head.Length).CopyTo(copy[head.Length..]);
        }

        if (checksumStart != NoChecksum)
        {
            // The plan has checked both fields against the frame's length.
            _ = ChecksumOffload.TryComplete(copy, checksumStart, checksumOffset);
        }

        Capture(frame);
        CountFragmented(frame.Length, 1, options);
        if (_pathMtu.LowersMss && _pathMtu.IsFitted)
        {
            _ = MssClamp.TryClamp(copy, copy.Length, _pathMtu.MaximumFrame, needsChecksum: false);
        }

        _queue.Complete();
        return true;
    }

    /// <summary>
    /// One large frame, many datagrams. One that does not fit in a batch, or in what is left of this turn, is queued in parts:
    /// it is refused in between, and goes on from there when it is offered again.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="head">Its first bytes.</param>
    /// <param name="plan">How it is cut.</param>
    /// <param name="next">The first segment that has not been queued yet.</param>
    [SkipLocalsInit]
    private bool TryTransmitSegments(in GuestFrame frame, ReadOnlySpan<byte> head, in TransmitPlan plan, int next)
    {
        DropReason reason = CheckLength(plan.LongestFrame);
        if (reason != DropReason.None)
        {
            return Drop(reason, frame.Length);
        }

        Span<byte> template = stackalloc byte[SegmentWriter.MaximumTemplate];
        SegmentWriter writer = new(_encapsulation, plan, frame, head, template, next);
        int datagramLength = writer.HeaderLength + plan.PayloadSize;
        int most = Math.Min(TransmitBatch.MaximumReserve, TransmitBatch.MaximumBytes / datagramLength);
        int count = plan.SegmentCount;
        SendOptions options = _policy.Of(plan.LongestFrame, head);
        while (next < count)
        {
            int part = _queue.Reserve(Math.Min(count - next, most), datagramLength);
            if (part == 0 && _queue.MustDrop)
            {
                _unfinished.Forget();
                return Drop(DropReason.Purged, frame.Length);
            }

            if (part == 0)
            {
                _unfinished.Keep(head, frame.Length, plan, next);
                return false;
            }

            if (next == 0)
            {
                Capture(frame);
            }

            AddSegments(ref writer, plan, next, part, options);
            _counters.SegmentDatagrams += (ulong)part;
            next += part;
        }

        _unfinished.Forget();
        _counters.SegmentedFrames++;
        CountFragmented(plan.LongestFrame, count - 1, options);
        CountFragmented(plan.HeaderLength + plan.PayloadLengthOf(count - 1), 1, options);
        _queue.Complete();
        return true;
    }

    /// <summary>The next segments of a frame: those of full size as one block, then the last, if it is shorter.</summary>
    private void AddSegments(ref SegmentWriter writer, in TransmitPlan plan, int next, int part, SendOptions options)
    {
        int lastLength = plan.PayloadLengthOf(next + part - 1);
        int full = lastLength == plan.PayloadSize ? part : part - 1;
        int length = writer.HeaderLength + plan.PayloadSize;
        if (full != 0)
        {
            Span<byte> block = _queue.Add(length, full, options);
            while (!block.IsEmpty)
            {
                writer.Write(block[..length]);
                block = block[length..];
            }
        }

        if (full != part)
        {
            writer.Write(_queue.Add(writer.HeaderLength + lastLength, options));
        }
    }

    /// <summary>Smaller TCP segments where the path takes no larger ones whole; but what is signed is not cut for that.</summary>
    private TransmitPlan Fit(in TransmitPlan plan, ReadOnlySpan<byte> head)
    {
        TransmitPlan fitted = _pathMtu.IsFitted ? plan.WithPayloadAtMost(_pathMtu.MaximumFrame - plan.HeaderLength) : plan;
        return fitted.PayloadSize == plan.PayloadSize || !plan.IsSigned(head) ? fitted : plan;
    }

    private DropReason CheckLength(int frameLength)
    {
        if (frameLength < EthernetFrame.HeaderLength)
        {
            return DropReason.GuestRunt;
        }

        return frameLength > IpPacket.MaximumLength - _encapsulation.HeaderLength ? DropReason.FrameTooLong : DropReason.None;
    }

    /// <summary>With DF a frame that is too long is dropped instead, and counted there.</summary>
    private void CountFragmented(int frameLength, int frames, SendOptions options)
    {
        if (frameLength > _pathMtu.MaximumFrame && options.Discovery != PmtuDiscovery.Do)
        {
            _counters.FragmentedFrames += (ulong)frames;
        }
    }

    /// <summary>A frame that is sent, or of which a part is, is captured as the guest sent it.</summary>
    private void Capture(in GuestFrame frame)
    {
        if (_capture.IsOn)
        {
            _capture.Write(frame);
        }
    }

    private bool Drop(DropReason reason, int frameLength)
    {
        _counters.AddDrop(reason, (ulong)frameLength);
        _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        return true;
    }
}
