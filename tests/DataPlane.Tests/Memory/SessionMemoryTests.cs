// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Memory;

namespace DataPlane.Tests.Memory;

/// <summary>What a session keeps. Alone: others allocate, too.</summary>
[Collection(nameof(AloneDefinition))]
public sealed class SessionMemoryTests(Lab lab)
{
    private const int Count = 200;

    /// <summary>4,000 of them are less than half of what netdevs may use (ManagedHeap.cs).</summary>
    private const int MostManaged = 12 * 1024;

    /// <summary>Slots of 64 KiB for 64 datagrams, a batch, places for 8 flows. Reserved, and resident by use only.</summary>
    private const int MostNative = 6 * 1024 * 1024;

    private const string Options = """{"id": "n0", "src": "127.0.0.1", "dst": "127.0.0.1", "udp": true, "srcport": "0", "dstport": "9", "txsession": 1}""";

    [Fact]
    public void A_session_keeps_little_managed_memory_and_gives_all_back()
    {
        (long managed, long native, int blocks, long left) = lab.Run(Measure);
        using FaultTable table = new("session-memory", "sessions", "managed bytes each", "native blocks each", "native bytes reserved each", "native bytes after all are closed");
        table.Add(Count, managed, blocks, native, left);
        Assert.InRange(managed, 0, MostManaged);
        Assert.InRange(native, 0, MostNative);
        Assert.Equal(0, left);
    }

    private static (long Managed, long Native, int Blocks, long Left) Measure()
    {
        using FakeHost host = new();
        Open(host).Dispose();
        List<PlaneSession> sessions = new(Count);
        long nativeBefore = BlockScope.LivingBytes;
        int blocksBefore = BlockScope.Living;
        long managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            sessions.Add(Open(host));
        }

        long managed = GC.GetTotalMemory(forceFullCollection: true) - managedBefore;
        long native = BlockScope.LivingBytes - nativeBefore;
        int blocks = BlockScope.Living - blocksBefore;
        sessions.ForEach(session => session.Dispose());
        return (managed / Count, native / Count, blocks / Count, BlockScope.LivingBytes - nativeBefore);
    }

    private static PlaneSession Open(FakeHost host)
    {
        Assert.Equal(0, PlaneSession.TryOpenHere(host, Options, "stats=off", out PlaneSession? session));
        return session!;
    }
}
