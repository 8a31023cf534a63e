// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Guests;

/// <summary>set_link, as a guest sees it.</summary>
[Collection(nameof(SharedGuests))]
public sealed class LinkTests(SharedGuests guests)
{
    [Theory]
    [InlineData("n0")]
    [InlineData("nic0")]
    public void A_link_that_is_set_off_carries_nothing_until_it_is_set_on_again(string name)
    {
        GuestLink link = SharedGuests.Links[0];
        Guest first = guests.Pair.First;
        guests.Pair.AssertPings(link);

        Assert.Empty(first.Qemu.Hmp($"set_link {name} off"));
        Assert.False(first.HasCarrier(link.Mac(1)));
        Assert.False(guests.Pair.Second.IsAnsweredBy(link.Address(1)));

        Assert.Empty(first.Qemu.Hmp($"set_link {name} on"));
        Assert.True(first.HasCarrier(link.Mac(1)));
        guests.Pair.AssertPings(link);
    }
}
