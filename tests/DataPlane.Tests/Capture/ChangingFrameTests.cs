// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Capture;

/// <summary>A guest that changes its frames while they are sent, from another of its processors.</summary>
public sealed class ChangingFrameTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Frames = 1000;
    private const int Outer = 20 + 8;
    private const int Payload = 40_000;

    /// <summary>gso_size: 0 for a frame that is sent whole, 8 for one that takes several turns; and whether the guest leaves the checksum to us.</summary>
    public static TheoryData<int, bool, string> Ways => new()
    {
        { 0, false, "pcap-files=1" },
        { 0, false, "tos=inherit" },
        { 0, true, "pcap-files=1" },
        { 1448, true, "pcap-files=1" },
        { 8, true, "pcap-files=1" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_a_guest_sends_is_what_its_capture_shows_however_fast_it_changes_it(int size, bool needsChecksum, string settings)
    {
        using TemporaryDirectory directory = new();
        int frames = size == 8 ? Frames / 10 : Frames;
        TestPacket packet = new() { Payload = Noise.Bytes(Payload, 1), FieldSum = FieldSum.PseudoHeader };
        byte[] frame = VnetFrame.FromGuest(Vnet(packet, size, needsChecksum), HeaderLength, packet.ToFrame());
        int headers;
        using (Tunnel tunnel = Tunnels.Open(lab, "udp4", $"pcap={directory.File("guest")},pcap-wire={directory.File("wire")},pcap-size=1000M,{settings}"))
        {
            headers = tunnel.Netdev.HeaderSize;
            tunnel.Session.SetVnet(HeaderLength, 0);
            using ChangingGuest guest = new(frame, HeaderLength + packet.HeaderLength);
            for (int i = 0; i < frames; i++)
            {
                // As QEMU does, the host copies a frame that was refused, and the guest may have changed it by then.
                for (byte[] offered = frame; tunnel.Session.Transmit(offered) == 0; offered = ReferenceEquals(offered, frame) ? [.. frame] : offered)
                {
                    tunnel.Session.RunIfScheduled();
                }

                tunnel.Session.RunIfScheduled();
            }
        }

        byte[][] shown = [.. PcapFile.Read(directory.File("guest")).Select(bytes => bytes[packet.HeaderLength..])];
        byte[][] sent = Joined(PcapFile.Read(directory.File("wire")).Select(bytes => bytes[(Outer + headers)..]), packet);
        Assert.Equal(frames, sent.Count(payload => payload.Length == Payload));
        Assert.Equal(sent.Length, shown.Length);
        Assert.True(shown.Distinct(ByContent).Count() > 1, "the guest has changed nothing");
        Assert.Equal(0, Enumerable.Range(0, sent.Length).Count(i => !shown[i].AsSpan().StartsWith(sent[i])));
    }

    /// <summary>A checksum that is not that of the bytes sent would make the peer drop them, and count them as damaged.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1448)]
    public void The_checksum_is_that_of_what_is_sent_however_fast_a_guest_changes_it(int size)
    {
        using Pair pair = Pair.Open(lab);
        pair.Sender.SetVnet(HeaderLength, 0);
        TestPacket packet = new() { Payload = Noise.Bytes(1447 * 3, 1), FieldSum = FieldSum.PseudoHeader };
        byte[] frame = VnetFrame.FromGuest(Vnet(packet, size, needsChecksum: true), HeaderLength, packet.ToFrame());
        int expected = 0;
        using (ChangingGuest guest = new(frame, HeaderLength + packet.HeaderLength))
        {
            for (int i = 0; i < Frames; i++)
            {
                Assert.NotEqual(0, pair.Sender.Transmit(frame));
                pair.Sender.RunIfScheduled();
                expected = (int)pair.Sender.Counters.TransmittedFrames;
                while (pair.ReceiverHost.FrameCount < expected)
                {
                    pair.Receiver.RunIfScheduled();
                    Assert.True(pair.ReceiverHost.IsScheduled || pair.ReceiverHost.FrameCount == expected || pair.Receiver.ReadIfReadable(Timeouts.Arrival));
                }
            }
        }

        Assert.Equal(0, pair.ReceiverHost.Frames.Count(bytes => !L2tpv3.Packets.Offload.ChecksumOffload.IsVerified(bytes)));
    }

    private static IEqualityComparer<byte[]> ByContent { get; } =
        EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), bytes => bytes.Length);

    /// <summary>
    /// What the payloads of the wire's frames were before they were cut. Whole, but for those that the host has offered again and
    /// the guest has changed in between: they were begun anew.
    /// </summary>
    private static byte[][] Joined(IEnumerable<byte[]> frames, TestPacket packet)
    {
        List<List<byte>> payloads = [];
        foreach (byte[] frame in frames)
        {
            int sequence = packet.HeaderLength - 20 - packet.TcpOptions.Length + TcpHeader.SequenceOffset;
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(sequence)) == packet.Sequence)
            {
                payloads.Add([]);
            }

            payloads[^1].AddRange(frame[packet.HeaderLength..]);
        }

        return [.. payloads.Select(payload => payload.ToArray())];
    }

    private static VnetHeader Vnet(TestPacket packet, int size, bool needsChecksum) => (size, needsChecksum) switch
    {
        (0, false) => default,
        (0, true) => packet.Vnet(0) with { GsoType = GsoType.None },
        _ => packet.Vnet(size),
    };

    /// <summary>Changes all bytes of a frame from some byte on, again and again.</summary>
    private sealed class ChangingGuest : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _ends;

        public ChangingGuest(byte[] frame, int start)
        {
            _thread = new Thread(() =>
            {
                for (byte value = 0; !_ends; value++)
                {
                    frame.AsSpan(start).Fill(value);
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _ends = true;
            _thread.Join();
        }
    }
}
