// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Memory;

namespace DataPlane.Tests.Memory;

/// <summary>Garbage collections, which frames never bring: in a VM each that is shown is a bug's. Here the tests make them.</summary>
[Collection(nameof(AloneDefinition))]
public sealed class UnexpectedCollectionsTests(Lab lab)
{
    [Fact]
    public void A_garbage_collection_is_shown()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        GC.Collect(0);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 10);
        tunnel.Session.Timer();
        Assert.Matches(", garbage collections [1-9][0-9]*$", tunnel.Host.Info);
    }

    [Fact]
    public void A_collection_in_a_call_that_may_allocate_is_none_of_the_frames()
    {
        int before = UnexpectedCollections.Unexpected;
        UnexpectedCollections.Begin();
        GC.Collect(0);
        Assert.Equal(before + 1, UnexpectedCollections.Unexpected);
        UnexpectedCollections.End();
        Assert.Equal(before, UnexpectedCollections.Unexpected);
    }

    /// <summary>Netdevs of l2tpv3-vhost have threads of their own.</summary>
    [Fact]
    public void Calls_that_overlap_expect_each_collection_once()
    {
        int before = UnexpectedCollections.Unexpected;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 20; i++)
            {
                UnexpectedCollections.Begin();
                GC.Collect(0);
                UnexpectedCollections.End();
            }
        });
        Assert.Equal(before, UnexpectedCollections.Unexpected);
        GC.Collect(0);
        Assert.Equal(before + 1, UnexpectedCollections.Unexpected);
    }
}

/// <summary>Tests of what all sessions of a process share: they run when no other does.</summary>
[CollectionDefinition(nameof(AloneDefinition), DisableParallelization = true)]
public sealed class AloneDefinition;
