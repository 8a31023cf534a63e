// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Kit;

/// <summary>Two sessions that are each other's peer: what one sends as a run, the other may take as one.</summary>
internal sealed record Pair(FakeHost SenderHost, PlaneSession Sender, FakeHost ReceiverHost, PlaneSession Receiver) : IDisposable
{
    /// <summary>Opens both ends.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="ipv6">The family.</param>
    /// <param name="settings">The value of QEMU_L2TPV3 for both.</param>
    public static Pair Open(Lab lab, bool ipv6 = false, string? settings = null)
    {
        Subnet subnet = lab.Subnet(ipv6);
        L2tpv3Netdev netdev = new()
        {
            Source = subnet.Plane,
            Destination = subnet.Peer,
            SourcePort = Tunnels.PlanePort,
            DestinationPort = Tunnels.PlanePort,
            Counter = NetdevCounter.On,
        };
        FakeHost sender = new();
        FakeHost receiver = new();
        return new Pair(
            sender,
            PlaneSession.Open(lab, sender, netdev, settings),
            receiver,
            PlaneSession.Open(lab, receiver, netdev.OtherEnd(), settings));
    }

    /// <summary>One burst: frames of these sizes, and the end of it.</summary>
    public void Send(ReadOnlySpan<int> sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            Assert.Equal(sizes[i], Sender.Transmit(TestFrames.Create(sizes[i], i)));
        }

        Sender.RunIfScheduled();
    }

    /// <summary>Reads, with the bottom half as often as it is asked for, until all of that burst is there.</summary>
    public void AssertReceived(ReadOnlySpan<int> sizes)
    {
        while (ReceiverHost.FrameCount < sizes.Length)
        {
            bool progress = ReceiverHost.IsScheduled;
            Receiver.RunIfScheduled();
            Assert.True(progress || Receiver.ReadIfReadable(Timeouts.Arrival), $"{ReceiverHost.FrameCount} of {sizes.Length} frames arrived");
        }

        for (int i = 0; i < sizes.Length; i++)
        {
            Assert.Equal(TestFrames.Create(sizes[i], i), ReceiverHost.Frames[i]);
        }

        Assert.Equal(sizes.Length, ReceiverHost.FrameCount);
        Assert.Equal((ulong)sizes.Length, Sender.Counters.TransmittedFrames);
        Assert.Equal(Sender.Counters.TransmittedBytes, Receiver.Counters.ReceivedBytes);
        Assert.Equal(0u, Receiver.Counters.TotalDrops(out _));
    }

    public void Dispose()
    {
        Sender.Dispose();
        SenderHost.Dispose();
        Receiver.Dispose();
        ReceiverHost.Dispose();
    }
}
