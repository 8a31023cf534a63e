// SPDX-License-Identifier: GPL-2.0-or-later
using Vhost.Tests.Kit;

namespace Fuzz.Tests.Targets;

/// <summary>The loop of l2tpv3-vhost between a front-end and a peer, which outlives the cases.</summary>
internal sealed class VhostCase : IDisposable
{
    private const int FrameSize = 60;
    private const int Buffer = 0x20_000;
    private const int BufferSize = 2048;
    private const int HeaderSize = 12;

    private readonly VhostBench _bench = new();
    private int _frames;

    public TestFrontEnd FrontEnd => _bench.FrontEnd;

    public static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>The front-end goes, and a new one comes, with memory of its own.</summary>
    public void Connect() => _bench.Reconnect();

    /// <summary>Rounds of the loop; nothing may throw, and each ends. Answers are read and forgotten.</summary>
    public void Settle()
    {
        _bench.Run();
        Check.Equal(0, _bench.Session.Counters.InternalErrors);
        while (FrontEnd.ReadBytes().Length != 0)
        {
        }

        // A connection that was closed with bytes in it says so first, and only then that it has ended.
        _ = FrontEnd.ReadBytes();
    }

    /// <summary>A frame each way through sound rings.</summary>
    public void PassFrames(Tally tally)
    {
        tally.Frames += 2;
        byte[] sent = TestFrames.Create(FrameSize, ++_frames);
        FrontEnd.SendFrame(sent);
        Settle();
        byte[] expected = _bench.Netdev.Datagram(sent);
        byte[] found = _bench.Wire.Receive();
        for (int i = 0; i < 4096 && !found.AsSpan().SequenceEqual(expected); i++)
        {
            // What a hostile guest had sent before.
            found = _bench.Wire.Receive();
        }

        Check.Equal(expected, found, "a frame of a sound guest");
        FrontEnd.AddBuffer(Buffer, BufferSize);
        byte[] received = TestFrames.Create(FrameSize, ++_frames);
        _bench.SendFromPeer(received);
        _bench.RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
        Check.Equal(received, FrontEnd.Ram.At(Buffer + HeaderSize, FrameSize), "a frame of the peer");
        tally.Delivered += 2;
    }

    public void Dispose() => _bench.Dispose();
}
