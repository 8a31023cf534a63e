// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace Fuzz.Tests.Targets;

/// <summary>What must be on the wire of what a guest has sent: each frame is there as it must be, or was counted.</summary>
internal sealed class TransmitModel(SessionParameters parameters)
{
    /// <summary>TCP segments are cut no smaller, whatever the guest asks for.</summary>
    private const int MinimumTcpPayload = 8;

    private readonly Queue<(byte[] Header, byte[] Frame, bool IsLast)> _expected = new();
    private uint _taken;
    private uint _arrived;

    /// <summary>The header that frames get from now on.</summary>
    public SessionParameters Parameters { get; set; } = parameters;

    /// <summary>Frames that the guest has sent.</summary>
    public long Frames { get; private set; }

    /// <summary>Those that have come, in one datagram or in many.</summary>
    public long Arrived { get; private set; }

    /// <summary>Datagrams that have been taken and have not come yet.</summary>
    public int Waiting => _expected.Count;

    public int WaitingBytes => _expected.Sum(expected => expected.Frame.Length);

    /// <summary>What was dropped of what the guest has sent, but for what the kernel did not take.</summary>
    public static ulong Drops(Counters counters)
    {
        ulong sum = 0;
        for (DropReason reason = DropReason.GuestRunt; reason < DropReason.SendFailed; reason++)
        {
            sum += counters.Drops(reason);
        }

        return sum;
    }

    /// <summary>
    /// Between two calls: whatever was refused, a session on a unix socket sends no runs. The table is at the head of
    /// UdpSegmentation.cs.
    /// </summary>
    public static void CheckState(PlaneSession session) =>
        Check.That(session.SegmentationState() == SegmentationState.Off, $"runs are {session.SegmentationState()}");

    /// <summary>A frame has been taken.</summary>
    /// <param name="guest">What it was to be.</param>
    /// <param name="bytes">What the session saw of it.</param>
    /// <param name="headerLength">Bytes of the vnet header that the NIC has set.</param>
    /// <param name="isDropped">A drop was counted.</param>
    public void Sent(GuestFrame guest, byte[] bytes, int headerLength, bool isDropped)
    {
        Frames++;
        if (isDropped)
        {
            Check.That(!guest.IsGood, "a good frame was dropped");
            return;
        }

        int skipped = guest.IsRaw ? 0 : headerLength;
        Check.That(bytes.Length >= skipped, "less than a vnet header was sent");
        VnetHeader vnet = guest.IsRaw || headerLength == 0 ? default : guest.Vnet;
        List<byte[]> frames = Expected(vnet, bytes[skipped..]);
        for (int i = 0; i < frames.Count; i++)
        {
            _expected.Enqueue((SlowHeader.Sent(Parameters, _taken++), frames[i], IsLast: i == frames.Count - 1));
        }
    }

    /// <summary>A datagram has come out at the other end.</summary>
    public void Arrive(ReadOnlySpan<byte> datagram)
    {
        Check.That(_expected.TryDequeue(out (byte[] Header, byte[] Frame, bool IsLast) expected), "a datagram that nobody has sent");
        _arrived++;
        Check.Equal(expected.Header, datagram[..Math.Min(expected.Header.Length, datagram.Length)], "a header");
        Check.Equal(expected.Frame, datagram[expected.Header.Length..], "a frame");
        Arrived += expected.IsLast ? 1 : 0;
    }

    /// <summary>The end of a burst: all that has been taken must have come.</summary>
    public void End(Counters counters)
    {
        Check.That(_expected.Count == 0, "a frame is neither on the wire nor counted");
        Check.Equal(_arrived, counters.TransmittedFrames);
        Check.Equal(0, counters.Drops(DropReason.SendFailed));
        Check.Equal(0, counters.InternalErrors);
    }

    /// <summary>The frames that one of the guest becomes.</summary>
    public static List<byte[]> Expected(VnetHeader vnet, byte[] frame)
    {
        Check.That(frame.Length >= 14, "a runt was sent");
        bool needsChecksum = (vnet.Flags & VnetHeader.NeedsChecksum) != 0;
        if (vnet.GsoType != GsoType.None)
        {
            return Segments(vnet, frame, needsChecksum);
        }

        return [needsChecksum ? Completed(frame, vnet.CsumStart, vnet.CsumOffset) : frame];
    }

    private static byte[] Completed(byte[] frame, int start, int offset)
    {
        Check.That(start + offset + 2 <= frame.Length && start >= 14, "a checksum beyond the frame was completed");
        byte[] whole = [.. frame];
        int sum = ReferenceChecksum.Of(frame.AsSpan(start));
        sum = sum == 0 ? 0xFFFF : sum;
        whole[start + offset] = (byte)(sum >> 8);
        whole[start + offset + 1] = (byte)sum;
        return whole;
    }

    private static List<byte[]> Segments(VnetHeader vnet, byte[] frame, bool needsChecksum)
    {
        Check.That(vnet.GsoSize is not (0 or 0xFFFF), "segments of no size");
        SlowPacket? read = SlowPacket.TryRead(frame);
        Check.That(read is not null, "something was cut that is neither TCP nor UDP");
        SlowPacket packet = read!;
        GsoType type = vnet.GsoType & ~GsoType.Ecn;
        GsoType right = !packet.IsTcp ? GsoType.Udp : packet.Version == 4 ? GsoType.TcpIpv4 : GsoType.TcpIpv6;
        Check.That(type == right && (packet.IsTcp || type == vnet.GsoType), "a frame was cut as something else");
        Check.That(packet.IsTcp || needsChecksum, "UDP was cut whose checksum the guest has completed");
        Check.That(!needsChecksum || (vnet.CsumStart == packet.Transport && vnet.CsumOffset == packet.ChecksumAt - packet.Transport), "a checksum elsewhere");
        Check.That(needsChecksum || !packet.IsSourceRouted, "a source route whose checksum nobody knows");
        return SlowSegments.Cut(packet, packet.IsTcp ? Math.Max((int)vnet.GsoSize, MinimumTcpPayload) : vnet.GsoSize);
    }
}
