// SPDX-License-Identifier: GPL-2.0-or-later
//
// GRO: joins the TCP segments of one batch that follow each other into frames of up to 64 KiB.
//
//     wire      A1 A2 B1 A3 ack B2 A4(PSH)           the caller, for each frame of the batch:
//     to guest  ack [B1 B2] [A1..A4]
//                                                        do {
//     buffers   |headroom|A1 headers|A1|A2|A3|...|           result = Add(frame, buffers)
//               |headroom|B1 headers|B1|B2|......|           if (result says to deliver a flow) Finish and deliver it
//                                                        } while (result says to add again)
//                                                        if (result says to deliver the frame) deliver it
//                                                    and at the end of the batch:
//                                                        while (TryGetOldest(out flow)) Finish and deliver it
//
// The first segment of a flow is copied with its headers, of the others the payload, and each is summed while it is copied.
// A frame whose checksum is wrong was copied in vain: the length does not grow, and it is delivered by itself for the guest
// to count. "Add again" keeps this free of lists: one call delivers at most one flow, and the caller may stop
// between any two deliveries when the guest takes no more.
//
// Nearly every frame of a bulk transfer continues the flow of the frame before it, and from its third segment on a
// flow knows what the next one must look like: HeaderTemplate compares its headers as one string of bytes.
//
// Order within a connection is kept always: whatever does not continue its flow delivers it first. The rules are Linux's
// (tcp_gro_receive, inet_gro_receive, ipv6_gro_receive, 6.12), all compared with the first segment:
//
//     Ethernet header and tags   equal
//     IPv4                       no options, no fragment, TOS, TTL and DF equal; id counts up by one, or stays with DF set
//     IPv6                       no extension headers, flow label, traffic class and hop limit equal
//     length                     that of the IP header is that of the frame: no padding
//     TCP                        ACK set; sequence number continues; acknowledgment, window and options equal
//     control bits               equal, but for PSH, which ends the flow
//     payload                    some; not longer than the first; a shorter one ends the flow
//     whole                      at most 65,535 bytes of IP packet
//
// Stricter than Linux: FIN is not joined; extension headers are not; the urgent pointer counts. CWR may be on the first segment
// of a flow, as Linux had it until 6.15, if the guest accepts ECN: then TSO at the sender and GRO here are inverse. A segment
// with a signature (TCP-MD5, TCP-AO) begins no flow: a joined frame has one signature, and none would be right.

using System;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>The flows of one session's receive path. Not thread-safe.</summary>
public sealed class TcpCoalescer
{
    /// <summary>Free bytes before each frame: for a vnet header, and a cache line so that the frame begins on one.</summary>
    public const int Headroom = 64;

    /// <summary>Bytes that <see cref="Add"/> and <see cref="Finish"/> want as buffers.</summary>
    public const int BuffersLength = FlowTable.Capacity * BufferLength;

    private const int LongestFrame = EthernetFrame.MaximumHeaderLength + IpPacket.MaximumLength;

    /// <summary>Whole cache lines.</summary>
    private const int BufferLength = (Headroom + LongestFrame + 63) / 64 * 64;

    private readonly FlowTable _flows = new();
    private readonly HeaderTemplate[] _templates = new HeaderTemplate[FlowTable.Capacity];

    public TcpCoalescer()
    {
        for (int place = 0; place < _templates.Length; place++)
        {
            _templates[place] = new HeaderTemplate();
        }
    }

    /// <summary>The guest takes large frames of TCP over IPv4. This and the next two change only while no flow waits.</summary>
    public bool AcceptsIpv4 { get; set; }

    /// <summary>The guest takes large frames of TCP over IPv6.</summary>
    public bool AcceptsIpv6 { get; set; }

    /// <summary>The guest takes large frames whose first segment has CWR set.</summary>
    public bool AcceptsEcn { get; set; }

    /// <summary>Takes one frame of the wire.</summary>
    /// <param name="frame">The frame; not within the buffers.</param>
    /// <param name="buffers">The same <see cref="BuffersLength"/> bytes in each call; faster on a cache line's border.</param>
    public CoalesceResult Add(ReadOnlySpan<byte> frame, Span<byte> buffers)
    {
        // No need to parse what continues the flow of the frame before it.
        int latest = _flows.Latest;
        if (latest != FlowTable.None && TryAppend(frame, latest, buffers))
        {
            return Appended(latest);
        }

        if (!FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout) || layout.Protocol != IpProtocol.Tcp || layout.IpVersion == 0)
        {
            return new CoalesceResult(CoalesceAction.DeliverFrame, FlowTable.None);
        }

        FlowKey key = FlowKey.Of(frame, layout);

        // A fragment belongs to some flow between these hosts; which one cannot be seen.
        int place = layout.IsTcp ? _flows.Find(key) : _flows.FindAddresses(key);
        if (place == FlowTable.None)
        {
            return Start(frame, layout, key, buffers);
        }

        return place != latest && TryAppend(frame, place, buffers)
            ? Appended(place)
            : new CoalesceResult(CoalesceAction.DeliverFlowThenAddAgain, place);
    }

    /// <summary>The flow that has waited longest.</summary>
    /// <param name="flow">Which one.</param>
    /// <returns>False when none waits.</returns>
    public bool TryGetOldest(out int flow)
    {
        flow = _flows.Count == 0 ? FlowTable.None : _flows.FindOldest();
        return flow != FlowTable.None;
    }

    /// <summary>Completes the headers of a flow's frame and forgets the flow; its bytes stay until the next call of <see cref="Add"/>.</summary>
    /// <param name="flow">A flow that <see cref="Add"/> or <see cref="TryGetOldest"/> named.</param>
    /// <param name="buffers">The buffers.</param>
    public CoalescedFrame Finish(int flow, Span<byte> buffers)
    {
        Flow state = _flows[flow];
        Span<byte> frame = FrameOf(flow, buffers)[..state.Length];
        VnetHeader vnet = state.SegmentCount == 1
            ? new VnetHeader { Flags = VnetHeader.DataValid }
            : CoalesceRules.WriteLargeHeader(frame, in state);
        _flows.Remove(flow);
        return new CoalescedFrame((flow * BufferLength) + Headroom, state.Length, state.SegmentCount, vnet);
    }

    /// <summary>Forgets all flows, when the guest that they were for has gone.</summary>
    /// <returns>How many frames of the wire were in them.</returns>
    public int Clear()
    {
        int frames = 0;
        while (TryGetOldest(out int flow))
        {
            frames += _flows[flow].SegmentCount;
            _flows.Remove(flow);
        }

        return frames;
    }

    private static Span<byte> FrameOf(int place, Span<byte> buffers) =>
        buffers.Slice((place * BufferLength) + Headroom, LongestFrame);

    private bool TryAppend(ReadOnlySpan<byte> frame, int place, Span<byte> buffers)
    {
        ref Flow flow = ref _flows[place];
        HeaderTemplate template = _templates[place];
        Span<byte> held = FrameOf(place, buffers);
        bool isKnown = template.IsNext(frame, in flow);
        if (!isKnown && !CoalesceRules.Continues(frame, held, in flow))
        {
            return false;
        }

        ReadOnlySpan<byte> payload = frame[flow.Layout.PayloadOffset..];
        ulong sum = InternetChecksum.CopyAndSum(payload, held[flow.Length..], Headroom + flow.Length);
        if (!(isKnown ? template.IsRight(frame, sum) : CoalesceRules.IsRight(frame, flow.Layout, flow.PseudoHeaderSum, sum)))
        {
            return false;
        }

        Append(frame, held, ref flow);
        if (flow.SegmentCount == 2 && !flow.IsComplete)
        {
            template.Set(frame, held, in flow);
        }

        return true;
    }

    private static void Append(ReadOnlySpan<byte> frame, Span<byte> held, ref Flow flow)
    {
        int payloadLength = frame.Length - flow.Layout.PayloadOffset;
        if (flow.SegmentCount == 1)
        {
            flow.HasFixedId = CoalesceRules.HasFixedId(frame, held, in flow);
        }

        flow.Length += payloadLength;
        flow.NextSequence += (uint)payloadLength;
        flow.SegmentCount++;

        int control = flow.Layout.TransportOffset + TcpHeader.ControlOffset;
        TcpControl push = (TcpControl)frame[control] & TcpControl.Psh;
        held[control] |= (byte)push;
        flow.IsComplete = push != TcpControl.None || payloadLength < flow.PayloadSize;
    }

    private CoalesceResult Appended(int place) =>
        new(_flows[place].IsComplete ? CoalesceAction.DeliverFlow : CoalesceAction.Hold, place);

    private CoalesceResult Start(ReadOnlySpan<byte> frame, FrameLayout layout, FlowKey key, Span<byte> buffers)
    {
        CoalesceResult alone = new(CoalesceAction.DeliverFrame, FlowTable.None);
        if (!CanStart(frame, layout))
        {
            return alone;
        }

        int place = _flows.FindFree();
        if (place == FlowTable.None)
        {
            return new CoalesceResult(CoalesceAction.DeliverFlowThenAddAgain, _flows.FindOldest());
        }

        Span<byte> held = FrameOf(place, buffers);
        int payloadLength = frame.Length - layout.PayloadOffset;
        ulong pseudoHeader = InternetChecksum.SumPseudoHeader(layout.Addresses(frame), IpProtocol.Tcp, 0);
        frame[..layout.PayloadOffset].CopyTo(held);
        ulong sum = InternetChecksum.CopyAndSum(frame[layout.PayloadOffset..], held[layout.PayloadOffset..], Headroom + layout.PayloadOffset);
        if (!CoalesceRules.IsRight(frame, layout, pseudoHeader, sum))
        {
            return alone;
        }

        _templates[place].Clear();
        _flows.Start(place, new Flow
        {
            Key = key,
            Layout = layout,
            Length = frame.Length,
            SegmentCount = 1,
            PayloadSize = payloadLength,
            NextSequence = layout.TcpOf(frame).Sequence + (uint)payloadLength,
            PseudoHeaderSum = pseudoHeader,
        });
        return new CoalesceResult(CoalesceAction.Hold, place);
    }

    private bool CanStart(ReadOnlySpan<byte> frame, FrameLayout layout)
    {
        if (!layout.IsTcp || layout.HasIpOptions
            || layout.PacketEnd != frame.Length || layout.PayloadOffset == frame.Length
            || frame.Length - layout.NetworkOffset > IpPacket.MaximumLength
            || TcpOptions.HasSignature(frame[layout.TransportOffset..layout.PayloadOffset])
            || !(layout.IpVersion == 4 ? AcceptsIpv4 && CoalesceRules.IsWithoutReservedBit(frame, layout) : AcceptsIpv6))
        {
            return false;
        }

        // PSH on the first segment: there is nothing to wait for.
        TcpControl control = layout.TcpOf(frame).Control;
        TcpControl free = TcpControl.Ece | (AcceptsEcn ? TcpControl.Cwr : TcpControl.None);
        return (control & ~free) == TcpControl.Ack;
    }
}
