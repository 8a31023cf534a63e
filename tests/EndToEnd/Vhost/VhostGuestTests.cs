// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Guests;

namespace EndToEnd.Vhost;

/// <summary>
/// A guest whose NIC is vhost-user, and one with the plugin:
///
///     first guest -- virtio-net -- vhost-user -- l2tpv3-vhost -- loopback -- plugin -- virtio-net -- second guest
/// </summary>
public sealed class VhostGuestTests : IDisposable
{
    private const string FirstMac = "52:54:00:0a:00:01";
    private const string SecondMac = "52:54:00:0a:00:02";
    private const string FirstAddress = "10.10.0.1";
    private const string SecondAddress = "10.10.0.2";

    private readonly Belongings _belongings = new();
    private readonly NetworkNamespace _network;
    private readonly L2tpv3Netdev _netdev = new() { SourcePort = 1701, DestinationPort = 1702, Cookie = CookieSize.Bits64, TransmitCookie = 1, ReceiveCookie = 2 };

    public VhostGuestTests()
    {
        _network = _belongings.Add(new NetworkNamespace());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",disable-modern=on,disable-legacy=off")]
    [InlineData(",mrg_rxbuf=off")]
    [InlineData(",event_idx=off,indirect_desc=off,csum=off,guest_csum=off")]
    public void Pings_and_bulk_tcp_pass_both_ways(string device)
    {
        VhostProcess vhost = _belongings.Add(new VhostProcess(_network, _netdev));
        Guest first = StartFirst(vhost, device);
        Guest second = StartSecond();
        AssertPings(first, second, vhost);
        second.Run("iperf3 --server --daemon");
        first.Run($"iperf3 --client {SecondAddress} --bidir --time 1");
        Assert.Equal("0", first.Run("""awk '/^Tcp:/ { if (n++) print $h["InCsumErrors"]; for (i = 1; i <= NF; i++) h[$i] = i }' /proc/net/snmp""").Trim());
        Assert.DoesNotContain("warning", vhost.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("KILL", 137)]
    public void A_guest_goes_on_after_its_program_was_started_again_under_traffic(string signal, int status)
    {
        VhostProcess vhost = new(_network, _netdev);
        Guest first;
        Guest second;
        try
        {
            first = StartFirst(vhost, string.Empty);
            second = StartSecond();
            AssertPings(first, second, vhost);
            first.Run($"ping -f {SecondAddress} >/dev/null 2>&1 & ping -i 0.01 {SecondAddress} >/dev/null 2>&1 & sleep 0.5");
            Assert.Equal(status, vhost.End(signal));
            vhost.Restart();
            vhost.WaitForLog("a front-end has connected");
            AssertPings(first, second, vhost);
        }
        finally
        {
            vhost.Dispose();
        }
    }

    [Fact]
    public void A_VMM_that_was_killed_makes_room_for_the_next_one()
    {
        VhostProcess vhost = _belongings.Add(new VhostProcess(_network, _netdev));
        Guest second = StartSecond();
        using (Guest killed = StartFirst(vhost, string.Empty, isOwned: false))
        {
            AssertPings(killed, second, vhost);
        }

        vhost.WaitForLog("the front-end has gone");
        AssertPings(StartFirst(vhost, string.Empty), second, vhost);
    }

    [Fact]
    public void A_guest_that_was_stopped_reset_or_whose_link_was_down_pings_again()
    {
        VhostProcess vhost = _belongings.Add(new VhostProcess(_network, _netdev));
        Guest first = StartFirst(vhost, ",id=nic0");
        Guest second = StartSecond();
        AssertPings(first, second, vhost);
        first.Qemu.Hmp("stop");
        first.Qemu.Hmp("cont");
        AssertPings(first, second, vhost);
        first.Qemu.Hmp("set_link nic0 off");
        first.Qemu.Hmp("set_link nic0 on");
        AssertPings(first, second, vhost);
    }

    public void Dispose() => _belongings.Dispose();

    private static void AssertPings(Guest first, Guest second, VhostProcess vhost)
    {
        try
        {
            GuestPair.AssertPings(first, SecondAddress);
            GuestPair.AssertPings(second, FirstAddress);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"no ping; l2tpv3-vhost has said:\n{vhost.Log}\nQEMU: {first.Qemu.StandardError}", exception);
        }
    }

    private Guest StartFirst(VhostProcess vhost, string device, bool isOwned = true)
    {
        Guest guest = new(new QemuOptions { Arguments = vhost.Arguments(FirstMac, device) });
        _ = isOwned ? _belongings.Add(guest) : guest;
        guest.Configure(FirstMac, FirstAddress + "/24");
        return guest;
    }

    private Guest StartSecond()
    {
        L2tpv3Netdev netdev = _netdev.OtherEnd();
        Guest guest = _belongings.Add(new Guest(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Arguments = ["-netdev", netdev.ToString(), "-device", $"virtio-net-pci,netdev={netdev.Id},mac={SecondMac}"],
        }));
        guest.Configure(SecondMac, SecondAddress + "/24");
        return guest;
    }
}
