// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets;

namespace Faults;

/// <summary>
/// ICMP errors that anybody can forge who knows addresses and ports, at any rate. An error about a tunnel is the state of its
/// connected socket, so each costs QEMU a system call; it must cost no frame.
/// </summary>
public sealed class IcmpStormTests(FaultReport report)
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(0.5);

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void Forged_unreachable_errors_cost_no_frame(Encapsulation encapsulation) => Storm(encapsulation, "ICMP unreachable", packet => packet.Parts.IsIpv6
        ?
        [
            About(packet, IcmpError.Unreachable6, IcmpError.PortUnreachable6),
            About(packet, IcmpError.Unreachable6, IcmpError.AddressUnreachable6),
            About(packet, IcmpError.Unreachable6, 0),
            About(packet, IcmpError.Unreachable6, 1),
        ]
        :
        [
            About(packet, IcmpError.Unreachable, IcmpError.PortUnreachable),
            About(packet, IcmpError.Unreachable, IcmpError.ProtocolUnreachable),
            About(packet, IcmpError.Unreachable, IcmpError.HostUnreachable),
            About(packet, IcmpError.Unreachable, IcmpError.NetUnreachable),
            About(packet, IcmpError.Unreachable, IcmpError.AdministrativelyProhibited),
        ]);

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void Forged_path_MTUs_cost_no_frame(Encapsulation encapsulation) => Storm(encapsulation, "ICMP too big", packet => packet.Parts.IsIpv6
        ? [TooBig(packet, 1400), TooBig(packet, 1280), TooBig(packet, 68), TooBig(packet, 0), TooBig(packet, 9000)]
        : [TooBig(packet, 1400), TooBig(packet, 552), TooBig(packet, 68), TooBig(packet, 0), TooBig(packet, 9000)]);

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void Errors_about_other_flows_cost_no_frame(Encapsulation encapsulation) => Storm(encapsulation, "ICMP of other flows", packet =>
    {
        List<byte[]> errors = [];
        for (int i = 0; i < 16; i++)
        {
            ForgedPacket other = new(packet.Finish());
            if (other.Parts.IsUdp)
            {
                other.Ports(TunnelPacket.Port + i + 1, TunnelPacket.Port);
                BinaryPrimitives.WriteUInt16BigEndian(other.Bytes[(other.Parts.Transport + 2)..], (ushort)(20_000 + i));
            }
            else
            {
                other.Protocol((byte)(i + 120));
            }

            errors.Add(About(other, other.Parts.IsIpv6 ? IcmpError.Unreachable6 : IcmpError.Unreachable, IcmpError.PortUnreachable));
        }

        return errors;
    });

    private static byte[] About(ForgedPacket packet, int type, int code) => ForgedPacket.Error(packet.Finish(), type, code);

    private static byte[] TooBig(ForgedPacket packet, int mtu) => ForgedPacket.TooBig(packet.Finish(), packet.Parts.IsIpv6, mtu);

    private void Storm(Encapsulation encapsulation, string name, Func<ForgedPacket, List<byte[]>> errors)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        pair.Line.RightToLeft.InjectsTunnelPackets = false;
        FaultTest.Run(
            report,
            name,
            pair,
            () =>
            {
                List<byte[]> storm = errors(new ForgedPacket(pair.Line.LeftToRight.LastFrame));
                Flood flood = Flood.Run(pair, s_time, i => storm[i % storm.Count]);
                report.Note($"{name}, {encapsulation}", $"{flood}, frames lost {pair.Left.Drops(DropReason.SendFailed)}");
            },
            () => { });
        Assert.Equal(0, pair.Left.Drops(DropReason.SendFailed));
        Assert.Equal(pair.Left.Sent, pair.Right.Collected);
    }
}
