// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Properties;

/// <summary>gro= while runs come: each is read as what it was when it came.</summary>
public sealed class LiveCoalescingTests(Lab lab)
{
    private const int FrameSize = 207;
    private const int Toggles = 4000;

    [Fact]
    public async Task No_run_becomes_one_frame_however_often_gro_changes()
    {
        using Pair pair = Pair.Open(lab, settings: "stats=off");
        using CancellationTokenSource end = new();
        int wrong = 0;
        pair.ReceiverHost.KeepsFrames = false;
        pair.ReceiverHost.OnDeliver = frame => wrong += frame.Length == FrameSize ? 0 : 1;
        Task sending = Task.Run(() => Send(pair, end.Token), CancellationToken.None);
        for (int i = 0; i < Toggles; i++)
        {
            Assert.Empty(pair.Receiver.Set("gro", i % 2 == 0 ? "off" : "on"));
            _ = pair.Receiver.ReadIfReadable(TimeSpan.FromMilliseconds(1));
            pair.Receiver.RunIfScheduled();
        }

        await end.CancelAsync();
        await sending;
        Assert.Equal(0, wrong);
        Assert.InRange(pair.ReceiverHost.FrameCount, Toggles, int.MaxValue);
        Assert.Equal(0u, pair.Receiver.Counters.TotalDrops(out _));
    }

    private static void Send(Pair pair, CancellationToken end)
    {
        int[] burst = [.. Enumerable.Repeat(FrameSize, 40)];
        while (!end.IsCancellationRequested)
        {
            pair.Send(burst);
        }
    }
}
