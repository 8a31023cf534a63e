// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>stop and cont, as a guest's peer sees them.</summary>
[Collection(nameof(SharedGuests))]
public sealed class StopTests(SharedGuests guests)
{
    /// <summary>
    /// While a guest is stopped QEMU takes one frame and refuses the rest, so the plugin must leave them in the socket and go on
    /// when the guest does: the pings are late, but each is answered.
    /// </summary>
    [Theory]
    [MemberData(nameof(SharedGuests.Rows), MemberType = typeof(SharedGuests))]
    public async Task A_guest_that_was_stopped_answers_every_ping_after_cont(int index, string model, Encapsulation encapsulation)
    {
        const int pings = 40;
        GuestLink link = SharedGuests.Links[index];
        Assert.Equal((model, encapsulation), (link.Model, link.Encapsulation));
        guests.Pair.First.WaitForAnswer(link.Address(2));
        int before = guests.Pair.First.EchoReplies();

        Task<string> pinging = Task.Run(
            () => guests.Pair.First.Run($"ping -c {pings} -i 0.02 -W 1 {link.Address(2)}"), TestContext.Current.CancellationToken);
        guests.Pair.Second.Qemu.Hmp("stop");
        await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        guests.Pair.Second.Qemu.Hmp("cont");

        await pinging;
        Assert.Equal(pings, guests.Pair.First.EchoReplies() - before);
    }
}
