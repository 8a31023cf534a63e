// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Guests;

/// <summary>Pings through each NIC model and each encapsulation.</summary>
[Collection(nameof(SharedGuests))]
public sealed class NicTests(SharedGuests guests)
{
    [Theory]
    [MemberData(nameof(SharedGuests.Rows), MemberType = typeof(SharedGuests))]
    public void Two_guests_ping_each_other(int index, string model, Encapsulation encapsulation)
    {
        GuestLink link = SharedGuests.Links[index];
        Assert.Equal((model, encapsulation), (link.Model, link.Encapsulation));

        guests.Pair.AssertPings(link);

        foreach (Guest guest in new[] { guests.Pair.First, guests.Pair.Second })
        {
            NetdevInfo info = guest.Qemu.WaitForNetdev(link.NetdevId, info => info is { FramesTransmitted: >= 12, FramesReceived: >= 12 });
            Assert.True(info.IsPlugin);
        }
    }
}
