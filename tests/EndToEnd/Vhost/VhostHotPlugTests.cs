// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Vhost;

/// <summary>NICs of l2tpv3-vhost that come and go while their guest runs.</summary>
[Collection(nameof(VhostGuests))]
public sealed class VhostHotPlugTests(VhostGuests guests)
{
    private const int Aborted = 128 + 6;

    [Fact]
    public void A_NIC_comes_and_goes_with_its_netdev_and_its_socket()
    {
        using VhostProcess vhost = guests.Program();
        using PluggedNic nic = new(guests.Pluggable, vhost);
        for (int round = 0; round < 2; round++)
        {
            nic.Add();
            guests.AssertNothingIsLost(guests.Pluggable, vhost);
            nic.Delete();
            vhost.WaitForLog("the front-end has gone");
        }

        Assert.DoesNotContain("warning", vhost.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NIC_comes_and_goes_while_its_netdev_stays()
    {
        using VhostProcess vhost = guests.Program();
        using PluggedNic nic = new(guests.Pluggable, vhost);
        nic.Add();
        guests.AssertPings(guests.Pluggable, vhost);

        nic.DeleteNic();
        Assert.False(guests.Peer.IsAnsweredBy(VhostGuests.Address));
        nic.AddNic();

        guests.AssertNothingIsLost(guests.Pluggable, vhost);
        Assert.DoesNotContain("gone", vhost.Log, StringComparison.Ordinal);
        nic.Delete();
    }

    /// <summary>QEMU's main loop does nothing else meanwhile; the guest runs.</summary>
    [Fact]
    public async Task A_netdev_that_is_added_before_the_program_is_there_waits_for_it()
    {
        using VhostProcess vhost = guests.Program(isStarted: false);
        using PluggedNic nic = new(guests.Pluggable, vhost);
        nic.AddSocket();
        Task adding = Task.Run(nic.AddNetdev, TestContext.Current.CancellationToken);
        await Task.Delay(Timeouts.Silence, TestContext.Current.CancellationToken);
        Assert.False(adding.IsCompleted);

        vhost.Start();
        await adding;

        nic.AddNic();
        guests.AssertNothingIsLost(guests.Pluggable, vhost);
        nic.Delete();
    }

    /// <summary>QEMU 7.2 aborts by the time the NIC goes, with any vhost-user netdev. The program does not mind, and serves the next one.</summary>
    [Fact]
    public void A_netdev_may_be_deleted_under_its_NIC_except_in_7_2()
    {
        using VhostProcess vhost = guests.Program();
        using Guest guest = new(new QemuOptions { Arguments = VhostProcess.SharedMemory });
        using PluggedNic nic = new(guest, vhost);
        nic.Add();
        guests.AssertPings(guest, vhost);
        if (QemuRoot.Release.Major < 8)
        {
            _ = Assert.ThrowsAny<IOException>(() =>
            {
                nic.DeleteNetdev();
                nic.DeleteNic();
            });
            Assert.Equal(Aborted, guest.Qemu.WaitForExit());
            Assert.Contains("get_vhost_net: Assertion", guest.Qemu.StandardError, StringComparison.Ordinal);
            vhost.WaitForLog("the front-end has gone");
            AssertServesAnother(vhost);
            return;
        }

        nic.DeleteNetdev();
        Assert.False(guest.HasCarrier(VhostGuests.Mac));
        nic.DeleteNic();
        vhost.WaitForLog("the front-end has gone");

        nic.Add();
        guests.AssertNothingIsLost(guest, vhost);
    }

    private void AssertServesAnother(VhostProcess vhost)
    {
        using PluggedNic nic = new(guests.Pluggable, vhost);
        nic.Add();
        guests.AssertNothingIsLost(guests.Pluggable, vhost);
        nic.Delete();
    }
}
