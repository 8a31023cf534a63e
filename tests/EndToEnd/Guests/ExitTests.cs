// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>QEMUs that end while their guests are busy.</summary>
public sealed class ExitTests
{
    [Fact]
    public void A_QEMU_that_quits_while_its_guest_floods_ends_with_status_0()
    {
        GuestLink link = new(0, "virtio-net-pci", Encapsulation.Udp4);
        using GuestPair pair = new([link]);
        pair.AssertPings(link);
        pair.Second.ServeIperf();
        pair.First.Run($"iperf3 --client {link.Address(2)} --udp --bitrate 0 --bidir --time 60 >/dev/null 2>&1 &");
        pair.First.Qemu.WaitForNetdev(link.NetdevId, info => info is { FramesTransmitted: > 1000, FramesReceived: > 1000 });

        foreach (Guest guest in new[] { pair.First, pair.Second })
        {
            Assert.Equal(0, guest.Qemu.Quit());
            Assert.DoesNotContain("error", guest.Qemu.StandardError, StringComparison.OrdinalIgnoreCase);
        }
    }
}
