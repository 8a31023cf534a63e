// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>What the .NET runtime adds to its host, seen from outside: the same QEMU with and without the plugin.</summary>
public sealed class FootprintTests : IDisposable
{
    private const string Collections = "garbage collections";
    private const int Frames = 20_000;
    private const int Burst = 8;

    /// <summary>The finalizer thread and the runtime's signal or sampling thread.</summary>
    private const int RuntimeThreads = 2;

    /// <summary>Without a heap limit the runtime reserves 256 GiB.</summary>
    private const long AddressSpaceKib = 2L << 20;

    /// <summary>signal(7), x86-64: hang-up, interrupt, bus error, user 1 and 2, broken pipe, alarm, terminate, child, I/O.</summary>
    private static readonly int[] s_signalsOfQemu = [1, 2, 7, 10, 12, 13, 14, 15, 17, 29];

    private readonly QemuTunnel _with = new();
    private readonly QemuTunnel _without = new(options: new QemuOptions { Plugin = false });

    public FootprintTests()
    {
        // Both have carried frames: the runtime and its threads are there.
        foreach (QemuTunnel tunnel in new[] { _with, _without })
        {
            tunnel.AssertDelivers(TestFrames.Create(60));
        }
    }

    [Theory]
    [InlineData("SigIgn")]
    [InlineData("SigCgt")]
    [InlineData("SigBlk")]
    public void Signals_that_QEMU_uses_are_handled_ignored_and_blocked_as_without_the_plugin(string mask)
    {
        ulong with = ProcessStatus.Read(_with.Qemu.Id).SignalMask(mask);
        ulong without = ProcessStatus.Read(_without.Qemu.Id).SignalMask(mask);

        ulong ofQemu = s_signalsOfQemu.Aggregate(0UL, (bits, signal) => bits | (1UL << (signal - 1)));
        Assert.Equal(without & ofQemu, with & ofQemu);

        // What the runtime adds is nothing that QEMU had set: it may not take anything away.
        Assert.Equal(without, without & with);
    }

    [Fact]
    public void The_runtime_adds_two_threads_at_most()
    {
        int added = ProcessStatus.Read(_with.Qemu.Id).Threads - ProcessStatus.Read(_without.Qemu.Id).Threads;
        Assert.InRange(added, 0, RuntimeThreads);
    }

    [Fact]
    public void The_runtime_does_not_reserve_the_address_space_of_a_server()
    {
        long added = ProcessStatus.Read(_with.Qemu.Id).VirtualMemoryKib - ProcessStatus.Read(_without.Qemu.Id).VirtualMemoryKib;
        Assert.InRange(added, 0, AddressSpaceKib);
    }

    [Fact]
    public void Twenty_thousand_frames_each_way_bring_no_garbage_collection()
    {
        byte[] frame = TestFrames.Create(1514);
        for (int sent = 0; sent < Frames; sent += Burst)
        {
            for (int i = 0; i < Burst; i++)
            {
                _with.SendFrame(frame);
                _with.Guest.Send(frame);
            }

            for (int i = 0; i < Burst; i++)
            {
                Assert.Equal(frame.Length, _with.Guest.Receive().Length);
                Assert.Equal(frame.Length + _with.Netdev.HeaderSize, _with.Wire.Receive().Length);
            }
        }

        NetdevInfo info = _with.WaitForInfo(info => info is { FramesTransmitted: Frames, FramesReceived: Frames + 1 });

        // The line names collections when there has been one (UnexpectedCollectionsTests of DataPlane.Tests).
        Assert.DoesNotContain(Collections, info.Line, StringComparison.Ordinal);
    }

    /// <summary>They bring collections, as everything does that allocates, but not because of a frame.</summary>
    [Fact]
    public void Netdevs_that_come_and_go_are_no_collection_of_the_frames()
    {
        L2tpv3Netdev other = new() { Id = "other", SourcePort = FreePort.Udp(), DestinationPort = 9 };
        for (int i = 0; i < 500; i++)
        {
            _with.Qemu.Qmp.Execute("netdev_add", other.Options());
            _with.Qemu.Qmp.Execute("netdev_del", new { id = other.Id });
        }

        long received = _with.Info().FramesReceived;
        _with.SendFrame(TestFrames.Create(60));
        _with.Guest.Receive();
        Assert.DoesNotContain(Collections, _with.WaitForInfo(info => info.FramesReceived > received).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_another_NET_program_in_the_environment_do_not_reach_the_runtime()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions
        {
            Plugin = true,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0x4000000000", ["DOTNET_gcServer"] = "1" },
        });

        long added = ProcessStatus.Read(tunnel.Qemu.Id).VirtualMemoryKib - ProcessStatus.Read(_without.Qemu.Id).VirtualMemoryKib;
        Assert.InRange(added, 0, AddressSpaceKib);
    }

    public void Dispose()
    {
        _with.Dispose();
        _without.Dispose();
    }
}
