// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Receive;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Receive;

/// <summary>The tables at the head of ReceivePath: what each event makes of each state.</summary>
public sealed class ReceiveStateTests(Lab lab)
{
    /// <summary>After so many the reader takes the emptiness for an error that does not pass.</summary>
    private const int EmptyReads = 16;

    /// <summary>
    /// The state, how it comes about, the event, and the next state. Steps: a number is a datagram of the peer that has it, full fills
    /// the guest with the next frame, empty finds nothing to read again and again, break takes a part of the path away for the time of
    /// the next step, limit lets time pass and rings the timer.
    /// </summary>
    public static TheoryData<string, string, string, string> Transitions => new()
    {
        { "Idle", "", "readable", "Idle" },
        { "Idle", "1", "readable", "Idle" },
        { "Idle", "1 full", "readable", "GuestFull" },
        { "Idle", "1 break", "readable", "Idle" },
        { "Idle", "", "empty", "Paused" },
        { "Idle", "1 readable 3 readable", "limit", "Idle" },
        { "Idle", "1 readable 3 readable full", "limit", "GuestFull" },
        { "Idle", "1 readable 3 readable break", "limit", "Idle" },
        { "Idle", "1", "run", "Idle" },
        { "Idle", "1", "delivered", "Idle" },
        { "Idle", "1", "limit", "Idle" },

        { "Draining", "1 2 full readable delivered", "run", "Idle" },
        { "Draining", "1 full readable delivered", "run", "Idle" },
        { "Draining", "1 2 full readable delivered full", "run", "GuestFull" },
        { "Draining", "1 2 full readable delivered break", "run", "Idle" },
        { "Draining", "1 readable 3 readable 2 full readable delivered", "limit", "Idle" },
        { "Draining", "1 readable 3 readable 2 full readable delivered full", "limit", "GuestFull" },
        { "Draining", "1 2 full readable delivered", "readable", "Draining" },
        { "Draining", "1 2 full readable delivered", "delivered", "Draining" },
        { "Draining", "1 2 full readable delivered", "limit", "Draining" },

        { "GuestFull", "1 2 full readable", "delivered", "Draining" },
        { "GuestFull", "1 full readable", "delivered", "Draining" },
        { "GuestFull", "1 2 full readable", "readable", "GuestFull" },
        { "GuestFull", "1 2 full readable", "run", "GuestFull" },
        { "GuestFull", "1 readable 3 readable 2 full readable", "limit", "GuestFull" },

        { "Paused", "empty", "limit", "Idle" },
        { "Paused", "empty 1", "readable", "Idle" },
        { "Paused", "empty 1 full", "readable", "GuestFull" },
        { "Paused", "empty 1 break", "readable", "Idle" },
        { "Paused", "empty", "readable", "Paused" },
        { "Paused", "empty", "empty", "Paused" },
        { "Paused", "empty", "run", "Paused" },
        { "Paused", "empty", "delivered", "Paused" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Each_event_leads_to_the_state_of_the_table(string state, string steps, string last, string next)
    {
        using UnixTunnel tunnel = new(new SessionParameters
        {
            Carrier = Carrier.RawIpv6,
            TransmitSessionId = 1,
            ReceiveSessionId = 2,
            Sublayer = Sublayer.Plain,
            ReceiveSequence = true,
            ReorderWindow = 8,
        });
        bool isBroken = false;
        foreach (string step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step is "break")
            {
                isBroken = true;
                continue;
            }

            Do(tunnel, step);
        }

        Assert.Equal(state, tunnel.Session.ReceiveState().ToString());
        AssertSeen(tunnel);
        if (isBroken)
        {
            DoWithoutDelivery(tunnel, last);
        }
        else
        {
            Do(tunnel, last);
        }

        Assert.Equal(next, tunnel.Session.ReceiveState().ToString());
        AssertSeen(tunnel);
        Assert.Equal(isBroken ? 1u : 0u, tunnel.Session.Counters.InternalErrors);
    }

    [Fact]
    public void After_the_frames_of_one_call_the_rest_is_drained()
    {
        int[] sizes = [.. Enumerable.Repeat(60, 300)];
        using Pair pair = Pair.Open(lab, settings: "gso=on,gro=on");
        pair.Send(sizes);
        Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival));
        Assert.Equal(256, pair.ReceiverHost.FrameCount);
        Assert.Equal(ReceiveState.Draining, pair.Receiver.ReceiveState());
        pair.Receiver.RunIfScheduled();
        Assert.Equal(300, pair.ReceiverHost.FrameCount);
        Assert.Equal(ReceiveState.Idle, pair.Receiver.ReceiveState());
    }

    /// <summary>QEMU makes no such calls from within a delivery; a batch that was filled again there would be lost.</summary>
    [Fact]
    public void While_it_delivers_events_change_nothing()
    {
        using UnixTunnel tunnel = new();
        List<ReceiveState> states = [];
        for (int i = 0; i < 4; i++)
        {
            tunnel.Send(UnixTunnel.Datagram(TestFrames.Create(60, i)));
        }

        tunnel.Host.OnDeliver = _ =>
        {
            if (tunnel.Host.FrameCount == 4)
            {
                tunnel.Send(UnixTunnel.Datagram(TestFrames.Create(60, 4)));
            }

            foreach (string step in (string[])["readable", "run", "delivered", "timer"])
            {
                Do(tunnel, step);
                states.Add(tunnel.Session.ReceiveState());
            }
        };

        tunnel.Session.Readable();
        Assert.Equal(Enumerable.Repeat(ReceiveState.Delivering, 16), states);
        Assert.Equal(4, tunnel.Host.FrameCount);
        Assert.Equal(ReceiveState.Idle, tunnel.Session.ReceiveState());
        Assert.Equal(0u, tunnel.Session.Counters.InternalErrors);
    }

    /// <summary>What the table says of the socket and of the bottom half.</summary>
    private static void AssertSeen(UnixTunnel tunnel)
    {
        ReceiveState state = tunnel.Session.ReceiveState();
        Assert.True(state != ReceiveState.Idle || tunnel.Host.WatchesRead);
        Assert.True(state != ReceiveState.Draining || tunnel.Host.IsScheduled);
        Assert.True(state is not (ReceiveState.GuestFull or ReceiveState.Paused) || !tunnel.Host.WatchesRead);
        Assert.Equal(state == ReceiveState.GuestFull, tunnel.Session.Counters.IsGuestFull);
    }

    private static void Do(UnixTunnel tunnel, string step)
    {
        switch (step)
        {
            case "full":
                _ = tunnel.Host.FullAt.Add(tunnel.Host.FrameCount + 1);
                break;
            case "readable":
                tunnel.Session.Readable();
                break;
            case "run":
                tunnel.Session.Run();
                break;
            case "delivered":
                tunnel.Session.Delivered(60);
                break;
            case "timer":
                tunnel.Session.Timer();
                break;
            case "limit":
                Thread.Sleep(FrameSequence.TimeLimitMs + 10);
                tunnel.Session.Timer();
                break;
            case "empty":
                for (int i = 0; i < EmptyReads; i++)
                {
                    tunnel.Session.Readable();
                }

                break;
            default:
                byte number = byte.Parse(step, CultureInfo.InvariantCulture);
                tunnel.Send([0, 0, 0, 2, 0x40, 0, 0, number, .. TestFrames.Create(60, number)]);
                break;
        }
    }

    private static void DoWithoutDelivery(UnixTunnel tunnel, string step)
    {
        ReceivePath path = SessionStates.PathOf(tunnel.Session.Inner);
        GuestDelivery delivery = SessionStates.DeliveryOf(path);
        SessionStates.DeliveryOf(path) = null!;
        Do(tunnel, step);
        SessionStates.DeliveryOf(path) = delivery;
    }
}
