// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Vhost;

/// <summary>A guest whose NIC is vhost-user: what passes, and what it survives.</summary>
[Collection(nameof(VhostGuests))]
public sealed class VhostGuestTests(VhostGuests guests)
{
    [Theory]
    [InlineData("")]
    [InlineData(",disable-modern=on,disable-legacy=off")]
    [InlineData(",mrg_rxbuf=off")]
    [InlineData(",event_idx=off,indirect_desc=off,csum=off,guest_csum=off")]
    public void Pings_and_bulk_tcp_pass_both_ways(string device)
    {
        using VhostProcess vhost = guests.Program();
        using Guest first = VhostGuests.Start(vhost, device);
        guests.AssertPings(first, vhost);
        first.Run($"iperf3 --client {VhostGuests.PeerAddress} --bidir --time 1");
        Assert.Equal("0", first.Run("""awk '/^Tcp:/ { if (n++) print $h["InCsumErrors"]; for (i = 1; i <= NF; i++) h[$i] = i }' /proc/net/snmp""").Trim());
        Assert.DoesNotContain("warning", vhost.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("KILL", 137)]
    public void A_guest_goes_on_after_its_program_was_started_again_under_traffic(string signal, int status)
    {
        using VhostProcess vhost = guests.Program();
        using Guest first = VhostGuests.Start(vhost, $",id={RingIndexes.NicId}");
        guests.AssertPings(first, vhost);
        first.Run($"ping -i 0.01 {VhostGuests.PeerAddress} >/dev/null 2>&1 & sleep 0.5");
        Assert.Equal(status, vhost.End(signal));
        vhost.Start();
        vhost.WaitForLog("a front-end has connected");
        guests.AssertNothingIsLost(first, vhost);
    }

    [Fact]
    public void A_VMM_that_was_killed_makes_room_for_the_next_one()
    {
        using VhostProcess vhost = guests.Program();
        using (Guest killed = VhostGuests.Start(vhost))
        {
            guests.AssertPings(killed, vhost);
        }

        vhost.WaitForLog("the front-end has gone");
        using Guest first = VhostGuests.Start(vhost);
        guests.AssertPings(first, vhost);
    }

    /// <summary>QEMU says nothing of it, and the guest has a NIC.</summary>
    [Fact]
    public void Of_memory_that_is_not_shared_the_program_says_that_no_frame_passes()
    {
        using VhostProcess vhost = guests.Program();
        using Guest first = new(new QemuOptions { Arguments = vhost.Arguments(VhostGuests.Mac, memory: []) });
        VhostGuests.Configure(first);

        vhost.WaitForLog("the guest's memory must be shared (share=on)");
        Assert.Empty(first.Qemu.StandardError);
        Assert.False(guests.Peer.IsAnsweredBy(VhostGuests.Address));
    }

    [Fact]
    public void A_guest_that_was_stopped_or_whose_link_was_down_pings_again()
    {
        using VhostProcess vhost = guests.Program();
        using Guest first = VhostGuests.Start(vhost, $",id={RingIndexes.NicId}");
        guests.AssertPings(first, vhost);
        first.Qemu.Hmp("stop");
        first.Qemu.Hmp("cont");
        guests.AssertPings(first, vhost);
        first.Qemu.Hmp($"set_link {RingIndexes.NicId} off");
        Assert.False(guests.Peer.IsAnsweredBy(VhostGuests.Address));
        first.Qemu.Hmp($"set_link {RingIndexes.NicId} on");
        guests.AssertNothingIsLost(first, vhost);
    }
}
