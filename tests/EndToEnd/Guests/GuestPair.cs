// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// Two QEMUs with the plugin in one network namespace, their guests joined by links:
///
///     first guest -- NIC -- netdev -- loopback -- netdev -- NIC -- second guest
/// </summary>
public sealed class GuestPair : IDisposable
{
    private readonly Belongings _belongings = new();

    /// <summary>Boots both guests at once and sets up their NICs. The spare link is the second guest's alone.</summary>
    public GuestPair(IReadOnlyList<GuestLink> links, GuestLink? spare = null)
    {
        Network = _belongings.Add(new NetworkNamespace());
        try
        {
            TunnelTable.AddAddresses(Network, links.Select(link => link.Netdev(1)));
            First = Start([.. links.SelectMany(link => link.Arguments(1))]);
            Second = Start([.. links.SelectMany(link => link.Arguments(2)), .. spare?.Arguments(2) ?? []]);
            foreach (GuestLink link in links)
            {
                link.Configure(First, 1);
                link.Configure(Second, 2);
            }

            spare?.Configure(Second, 2);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the tunnels are.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>The guest at end 1.</summary>
    public Guest First { get; }

    /// <summary>The guest at end 2.</summary>
    public Guest Second { get; }

    /// <summary>Asserts that every ping over a link is answered, small and large ones, in both directions.</summary>
    public void AssertPings(GuestLink link)
    {
        AssertPings(First, link.Address(2));
        AssertPings(Second, link.Address(1));
    }

    /// <summary>Asserts that a guest's pings to an address are answered, once the link is up.</summary>
    public static void AssertPings(Guest guest, string address)
    {
        const int pings = 3;
        const int largest = 1500 - 28; // the NIC's MTU less IPv4 and ICMP header
        guest.WaitForAnswer(address);
        int[] answers = [guest.CountAnswers(address, pings), guest.CountAnswers(address, pings, largest)];
        Assert.True(answers is [pings, pings], $"{address} answered {answers[0]} small and {answers[1]} large pings of {pings}\n{guest.Qemu.Hmp("info network")}");
    }

    public void Dispose() => _belongings.Dispose();

    private Guest Start(string[] arguments) =>
        _belongings.Add(new Guest(new QemuOptions { Plugin = true, Namespace = Network, Arguments = arguments }));
}
