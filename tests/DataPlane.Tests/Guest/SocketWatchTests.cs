// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Guest;

public sealed class SocketWatchTests
{
    [Fact]
    public void Both_halves_are_steered_on_their_own_and_the_host_is_asked_only_on_a_change()
    {
        using FakeHost host = new();
        SocketWatch watch = new(new GuestPort(host.Table), 42);

        watch.SetWrite(false);
        Assert.Equal(0, host.WatchCalls);

        watch.SetRead(true);
        watch.SetWrite(true);
        watch.SetRead(true);
        Assert.Equal(PlaneConstants.L2TP_WATCH_READ | PlaneConstants.L2TP_WATCH_WRITE, host.Interest);

        watch.SetRead(false);
        Assert.Equal(PlaneConstants.L2TP_WATCH_WRITE, host.Interest);

        watch.SetWrite(false);
        Assert.Equal(0u, host.Interest);
        Assert.Equal(4, host.WatchCalls);
        Assert.Equal(42, host.WatchedDescriptor);
    }
}
