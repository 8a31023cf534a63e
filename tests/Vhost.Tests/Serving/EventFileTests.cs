// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Vhost.Interop;

namespace Vhost.Tests.Serving;

/// <summary>The files of kicks and interrupts are the front-end's, too: whatever it does to them, nobody waits for it.</summary>
public sealed unsafe class EventFileTests : IDisposable
{
    private const ulong Largest = ulong.MaxValue - 1;
    private const ulong WithoutEventIndex = TestFrontEnd.Version1 | TestFrontEnd.Mergeable;

    private readonly VhostBench _bench = new();

    private TestFrontEnd FrontEnd => _bench.FrontEnd;

    [Fact]
    public void An_interrupt_that_is_full_and_waits_for_room_stops_nobody()
    {
        FrontEnd.Start(WithoutEventIndex);
        Fill(FrontEnd.TransmitCall);
        FrontEnd.SendFrame(TestFrames.Create(60, 1));
        InTime(_bench.Run);
        Assert.Equal(1, FrontEnd.Transmit.UsedIndex);
        Assert.InRange(Read(FrontEnd.TransmitCall), Largest, ulong.MaxValue);
        FrontEnd.SendFrame(TestFrames.Create(60, 2));
        _bench.Run();
        Assert.Equal(1UL, Read(FrontEnd.TransmitCall));
    }

    [Fact]
    public void An_error_file_that_is_full_and_waits_for_room_stops_nobody()
    {
        using FileDescriptor error = FileDescriptor.Event();
        FrontEnd.Start();
        FrontEnd.SendFile(14, 1, error.Number);
        Fill(error);
        FrontEnd.Transmit.Offer(ushort.MaxValue);
        FrontEnd.TransmitKick.Signal();
        InTime(_bench.Run);
        Assert.Contains("the transmit queue is stopped", _bench.Log, StringComparison.Ordinal);
        Assert.InRange(Read(error), Largest, ulong.MaxValue);
    }

    /// <summary>More than one context of io_setup(2) has room for.</summary>
    [Fact]
    public void Thousands_of_signals_all_arrive()
    {
        using Signaller signaller = new();
        using FileDescriptor target = FileDescriptor.Event();
        for (int i = 0; i < 5000; i++)
        {
            signaller.Signal(target);
        }

        Assert.Equal(5000UL, Read(target));
    }

    /// <summary>A front-end that is faster at reading one would leave us waiting for the next.</summary>
    [Fact]
    public void Kicks_are_heard_and_not_read()
    {
        FrontEnd.Start();
        _ = Read(FrontEnd.TransmitKick);
        for (int i = 1; i <= 3; i++)
        {
            FrontEnd.SendFrame(TestFrames.Create(60, (byte)i));
            _bench.Run();
            Assert.Equal(i, FrontEnd.Transmit.UsedIndex);
        }

        Assert.Equal(3UL, Read(FrontEnd.TransmitKick));
    }

    public void Dispose() => _bench.Dispose();

    private static void Fill(FileDescriptor file)
    {
        ulong largest = Largest;
        _ = Read(file);
        Assert.Equal(sizeof(ulong), Libc.write(file.Number, &largest, sizeof(ulong)));
        Assert.Equal(0, Libc.fcntl(file.Number, LinuxConstants.F_SETFL, 0));
    }

    private static ulong Read(FileDescriptor file)
    {
        file.SetNonBlocking();
        return TestFrontEnd.Interrupts(file);
    }

    private static void InTime(Action action) => Assert.True(Task.Run(action).Wait(Timeouts.Arrival), "it waits for the front-end");
}
