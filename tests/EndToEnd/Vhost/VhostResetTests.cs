// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Vhost;

/// <summary>A guest's driver that begins anew, by itself or with its guest, while frames come for it.</summary>
[Collection(nameof(VhostGuests))]
public sealed class VhostResetTests : IDisposable
{
    private readonly Belongings _belongings = new();
    private readonly VhostGuests _guests;
    private readonly Guest _first;
    private readonly VhostProcess _vhost;

    public VhostResetTests(VhostGuests guests)
    {
        _guests = guests;
        _first = guests.Pluggable;
        _vhost = _belongings.Add(guests.Program());
        try
        {
            _belongings.Add(new PluggedNic(_first, _vhost)).Add();
            _guests.AssertPings(_first, _vhost);
        }
        catch
        {
            _belongings.Dispose();
            throw;
        }
    }

    [Fact]
    public void A_driver_that_is_taken_away_and_bound_again_under_traffic_loses_no_descriptor()
    {
        StartTraffic();
        for (int round = 0; round < 3; round++)
        {
            _first.Run(
                $"""
                virtio=$(basename $(readlink $(dirname $(grep -l {VhostGuests.Mac} /sys/class/net/*/address))/device)); cd /sys/bus/virtio/drivers/virtio_net; echo $virtio >unbind && echo $virtio >bind
                """);
            VhostGuests.Configure(_first);
            _guests.AssertPings(_first, _vhost);
        }

        StopTraffic();
        AssertWorks();
    }

    [Fact]
    public void A_guest_that_is_reset_under_traffic_finds_its_NIC_working()
    {
        StartTraffic();
        _first.Reset();
        VhostGuests.Configure(_first);
        StopTraffic();
        AssertWorks();
    }

    [Fact]
    public void A_guest_that_reboots_under_traffic_finds_its_NIC_working()
    {
        StartTraffic();
        _first.Reboot();
        VhostGuests.Configure(_first);
        StopTraffic();
        AssertWorks();
    }

    public void Dispose()
    {
        StopTraffic();
        _belongings.Dispose();
    }

    private void StartTraffic() => _guests.Peer.Run($"ping -i 0.005 {VhostGuests.Address} >/dev/null 2>&1 & sleep 0.3");

    private void StopTraffic() => _guests.Peer.Run("killall -q ping; true");

    /// <summary>The connection to the program was never closed, and no ring was broken.</summary>
    private void AssertWorks()
    {
        _guests.AssertNothingIsLost(_first, _vhost);
        Assert.DoesNotContain("gone", _vhost.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("queue is stopped", _vhost.Log, StringComparison.Ordinal);
    }
}
