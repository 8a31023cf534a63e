// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using L2tpv3.Packets;

namespace Faults;

/// <summary>More than there is room for: in the sockets, in the device's queue, in the guest.</summary>
public sealed class PressureTests(FaultReport report)
{
    private const int Frames = 2000;
    private static readonly TimeSpan s_blast = TimeSpan.FromSeconds(1);
    private const string SmallBuffers = "sndbuf=4k,rcvbuf=4k";

    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void Socket_buffers_of_4_KiB_hold_the_sender_back_and_what_the_receiver_loses_is_counted(Encapsulation encapsulation)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = SmallBuffers });
        FaultTest.Run(
            report,
            "socket buffers of 4 KiB",
            pair,
            () =>
            {
                pair.Left.Send(Frames, 1400);
                pair.Right.Send(Frames, 100);
            },
            () => { });
        Assert.Equal(0, pair.LeftToRight.Sender.TransmitDrops);
    }

    /// <summary>Its fragments never fit the send buffer: ENOBUFS for ever. It is given up and counted; the frames behind it pass.</summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_frame_whose_fragments_exceed_the_send_buffer_does_not_stop_the_others(Encapsulation encapsulation)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = "sndbuf=4k" });
        FaultTest.Run(
            report,
            "ENOBUFS",
            pair,
            () =>
            {
                pair.Left.Send(50, 200);
                pair.Left.Send(3, 60_000);
                pair.Left.Send(50, 200);
                pair.Settle();
            },
            () => { });
        Assert.Equal(pair.Left.Sent, pair.Right.Collected + pair.Left.Drops(DropReason.SendFailed));
        Assert.InRange(pair.Left.Drops(DropReason.SendFailed), 0, 3);
    }

    /// <summary>
    /// The kernel does not tell UDP and raw IPv4 sockets that the device's queue is full: it is that queue that counts. Raw IPv6
    /// sockets are told (ENOBUFS): the frame is sent again, and none is lost. Without runs, whose pieces the shaper does not count
    /// one by one.
    /// </summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_shaped_device_drops_what_it_counts(Encapsulation encapsulation)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = "gso=off" });
        pair.CountsQueue = encapsulation != Encapsulation.Ip6;
        long dropped = 0;
        FaultTest.Run(
            report,
            "device queue full",
            pair,
            () =>
            {
                pair.Left.Network.SetQueue(FaultyLine.Device, "tbf", "rate", "20mbit", "burst", "5k", "limit", "20k");
                pair.Left.Send(Frames, 1000);
                pair.Settle();
                dropped = KernelDrops.Queued(pair.Left.Network);
            },
            () =>
            {
                pair.Left.Network.RemoveQueue(FaultyLine.Device);
                pair.QueueDroppedBefore = dropped;
            });
        Assert.True(dropped > 0);
        Assert.Equal(pair.Left.Sent - (pair.CountsQueue ? dropped : 0), pair.Right.Collected);
    }

    /// <summary>The guest runs for a moment every fifth of a second.</summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_peer_that_sends_ten_times_what_the_guest_takes(Encapsulation encapsulation)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation, Settings = "rcvbuf=256k" });
        long sent = 0;
        long taken = 0;
        FaultTest.Run(
            report,
            "peer sends 10 x what the guest takes",
            pair,
            () =>
            {
                Stopwatch elapsed = Stopwatch.StartNew();
                Task blast = Task.Run(() =>
                {
                    while (elapsed.Elapsed < s_blast)
                    {
                        pair.Left.Send(100, 1000);
                    }
                });
                while (!blast.IsCompleted)
                {
                    pair.Right.Qemu.Hmp("stop");
                    _ = blast.Wait(TimeSpan.FromSeconds(0.2));
                    (sent, taken) = (pair.Left.Sent, pair.Right.Collected);
                    pair.Right.Qemu.Hmp("cont");
                }

                blast.GetAwaiter().GetResult();
            },
            () => { });
        Assert.True(sent >= 10 * taken, $"{sent} sent, {taken} taken");
    }

    /// <summary>A guest that is stopped takes nothing; what the socket does not hold is the kernel's to drop, not QEMU's to keep.</summary>
    [Theory]
    [MemberData(nameof(FaultTest.Encapsulations), MemberType = typeof(FaultTest))]
    public void A_stopped_guest_under_full_blast(Encapsulation encapsulation) => Stop(encapsulation, s_blast);

    [Theory(Explicit = true)]
    [InlineData(Encapsulation.Udp4)]
    [InlineData(Encapsulation.Ip6)]
    public void A_stopped_guest_under_full_blast_for_a_minute(Encapsulation encapsulation) => Stop(encapsulation, TimeSpan.FromMinutes(1));

    private void Stop(Encapsulation encapsulation, TimeSpan time)
    {
        using TunnelPair pair = new(new EndOptions { Encapsulation = encapsulation });
        FaultTest.Run(
            report,
            "guest stopped under full blast",
            pair,
            () =>
            {
                pair.Right.Qemu.Hmp("stop");
                Stopwatch elapsed = Stopwatch.StartNew();
                while (elapsed.Elapsed < time)
                {
                    pair.Left.Send(500, 1400);
                }
            },
            () => pair.Right.Qemu.Hmp("cont"));
        long dropped = pair.LeftToRight.Kernel;
        Assert.True(dropped > 0);
        Assert.Equal(dropped, Eventually.Get(() => (long)pair.Right.Page.Traffic.SocketDrops, drops => drops == dropped, () => "socket drops"));
    }
}
