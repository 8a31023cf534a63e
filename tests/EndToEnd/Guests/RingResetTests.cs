// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// A driver that makes its transmit ring anew (`ethtool -G`) resets the queue alone: the device is still in use. QEMU offers what
/// the netdev has refused once more then, throws it away if it is refused again, and ends if the next frame is refused, too.
/// </summary>
public sealed class RingResetTests
{
    private const int Rounds = 40;
    private static readonly GuestLink s_link = new(0, "virtio-net-pci", Encapsulation.Ip4);

    /// <summary>What a frame of 64 KiB is to be cut into.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(1448)]
    public void A_guest_that_has_had_its_share_of_the_turn_may_make_its_ring_anew(int size)
    {
        using NetworkNamespace network = new();
        using Guest guest = new(new QemuOptions { Plugin = true, Namespace = network, Arguments = s_link.Arguments(1) });
        using WirePeer peer = network.Run(() => WirePeer.RawIp(s_link.Netdev(1).Destination));
        s_link.Configure(guest, 1);
        string nic = guest.Run($"basename $(dirname $(grep -l {s_link.Mac(1)} /sys/class/net/*/address))").Trim();
        guest.Run(string.Create(CultureInfo.InvariantCulture, $"(hostile cut {nic} {size} 60 >/dev/null 2>&1 &); sleep 0.3"));
        string output = guest.Run(string.Create(
            CultureInfo.InvariantCulture,
            $"for i in $(seq {Rounds}); do ethtool -G {nic} tx 128 && ethtool -G {nic} tx 256 || exit 1; done; killall -q hostile; echo made anew"));
        Assert.Equal("made anew", output.Trim());
        guest.Qemu.WaitForNetdev(s_link.NetdevId, info => info.FramesTransmitted > 1000);
    }
}
