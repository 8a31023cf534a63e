// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>
/// The rules of GRO on the fields of packets, with lists: slow, obvious, and written from the rules, not from the code.
/// </summary>
internal sealed class ReferenceCoalescer
{
    private const int Places = 8;

    private readonly List<List<TestPacket>> _flows = [];
    private readonly List<Delivered> _delivered = [];

    public static IReadOnlyList<Delivered> Join(IEnumerable<TestPacket> packets)
    {
        ReferenceCoalescer model = new();
        foreach (TestPacket packet in packets)
        {
            model.Add(packet);
        }

        while (model._flows.Count != 0)
        {
            model.Emit(model._flows[0]);
        }

        return model._delivered;
    }

    private static bool IsFragment(TestPacket packet) => packet.IpVersion == 4 && (packet.Fragment & 0x3FFF) != 0;

    private static bool AreOneConnection(TestPacket a, TestPacket b) =>
        HaveSameHosts(a, b) && a.SourcePort == b.SourcePort && a.DestinationPort == b.DestinationPort;

    private static bool HaveSameHosts(TestPacket a, TestPacket b) =>
        a.IpVersion == b.IpVersion && a.Source.SequenceEqual(b.Source) && a.Destination.SequenceEqual(b.Destination);

    private static bool CanBeJoined(TestPacket packet) =>
        packet.IsTcp && packet.Fragment == 0 && packet.IpOptions.Length == 0 && packet.StatedLength == null
        && packet.Payload.Length != 0 && packet.FieldSum == FieldSum.Whole && packet.Control.HasFlag(TcpControl.Ack)
        && (packet.Control & (TcpControl.Fin | TcpControl.Syn | TcpControl.Rst | TcpControl.Urg)) == TcpControl.None;

    private static bool CanStart(TestPacket packet) => CanBeJoined(packet) && !packet.Control.HasFlag(TcpControl.Psh);

    private static bool Continues(List<TestPacket> flow, TestPacket packet)
    {
        TestPacket first = flow[0];
        bool isFixed = first.DontFragment && (flow.Count == 1 || flow[1].Identification == first.Identification);
        bool isCounting = flow.Count == 1 || flow[1].Identification != first.Identification;
        bool hasRightId = packet.IpVersion == 6
            || (isFixed && packet.Identification == first.Identification)
            || (isCounting && packet.Identification == (ushort)(first.Identification + flow.Count));
        int payloadLength = flow.Sum(part => part.Payload.Length);
        const TcpControl compared = ~(TcpControl.Psh | TcpControl.Cwr);
        return CanBeJoined(packet) && !packet.Control.HasFlag(TcpControl.Cwr) && hasRightId
            && packet.Sequence == first.Sequence + (uint)payloadLength
            && packet.Payload.Length <= first.Payload.Length
            && first.HeaderLength - first.NetworkOffset + payloadLength + packet.Payload.Length <= 65_535
            && packet.Ethernet.SequenceEqual(first.Ethernet) && packet.Tags.SequenceEqual(first.Tags)
            && packet.Tos == first.Tos && packet.Ttl == first.Ttl && packet.DontFragment == first.DontFragment
            && packet.FlowLabel == first.FlowLabel && packet.Acknowledgment == first.Acknowledgment
            && packet.Window == first.Window && packet.UrgentPointer == first.UrgentPointer
            && (packet.Control & compared) == (first.Control & compared) && packet.TcpOptions.SequenceEqual(first.TcpOptions);
    }

    private void Add(TestPacket packet)
    {
        if (packet.IsTcp)
        {
            List<TestPacket>? flow = _flows.Find(held => AreOneConnection(held[0], packet) && !IsFragment(packet));
            if (flow != null && Continues(flow, packet))
            {
                flow.Add(packet);
                if (packet.Control.HasFlag(TcpControl.Psh) || packet.Payload.Length < flow[0].Payload.Length)
                {
                    Emit(flow);
                }

                return;
            }

            if (flow != null)
            {
                Emit(flow);
            }

            if (IsFragment(packet))
            {
                _flows.FindAll(held => HaveSameHosts(held[0], packet)).ForEach(Emit);
            }
        }

        // Whether its sum is right shows only when it has been copied to a place.
        if (_flows.Count == Places && CanStart(packet.FieldSum == FieldSum.Wrong ? packet with { FieldSum = FieldSum.Whole } : packet))
        {
            Emit(_flows[0]);
        }

        if (CanStart(packet))
        {
            _flows.Add([packet]);
        }
        else
        {
            _delivered.Add(new Delivered(packet.ToFrame(), null, 1));
        }
    }

    private void Emit(List<TestPacket> flow)
    {
        _ = _flows.Remove(flow);
        _delivered.Add(Whole(flow));
    }

    private static Delivered Whole(List<TestPacket> flow)
    {
        TestPacket first = flow[0];
        if (flow.Count == 1)
        {
            return new Delivered(first.ToFrame(), new VnetHeader { Flags = VnetHeader.DataValid }, 1);
        }

        TestPacket whole = first with
        {
            Payload = [.. flow.SelectMany(part => part.Payload)],
            Control = first.Control | (flow[^1].Control & TcpControl.Psh),
            FieldSum = FieldSum.PseudoHeader,
        };
        VnetHeader vnet = whole.Vnet(first.Payload.Length);
        GsoType ecn = first.Control.HasFlag(TcpControl.Cwr) ? GsoType.Ecn : GsoType.None;
        return new Delivered(whole.ToFrame(), vnet with { GsoType = vnet.GsoType | ecn }, flow.Count);
    }
}
