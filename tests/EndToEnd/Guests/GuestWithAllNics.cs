// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// One guest with a NIC of each kind on a netdev of its own. Nobody is at the other end of the tunnels: the NICs only have to come up.
/// </summary>
public sealed class GuestWithAllNics : IDisposable
{
    /// <summary>The NIC whose driver a test may take away.</summary>
    public const string DriverTestModel = "virtio-net-pci,tx=timer";

    private readonly Belongings _belongings = new();

    /// <summary>Boots the guest and sets up its NICs.</summary>
    public GuestWithAllNics()
    {
        NetworkNamespace network = _belongings.Add(new NetworkNamespace());
        try
        {
            Guest = _belongings.Add(new Guest(new QemuOptions { Plugin = true, Namespace = network, Arguments = [.. Links.SelectMany(link => link.Arguments(1))] }));
            foreach (GuestLink link in Links)
            {
                link.Configure(Guest, 1);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The guest.</summary>
    public Guest Guest { get; }

    /// <summary>Its NICs: those of <see cref="NegotiationTests.Rows"/>, and <see cref="DriverTestModel"/>.</summary>
    public IReadOnlyList<GuestLink> Links { get; } =
    [
        .. NegotiationTests.Rows.Select(row => row.Data.Item1).Append(DriverTestModel)
            .Select((model, index) => new GuestLink(index, model, Encapsulation.Udp4)),
    ];

    /// <summary>The netdev of a NIC of this model.</summary>
    public GuestLink Link(string model) => Links.Single(link => link.Model.Equals(model, StringComparison.Ordinal));

    public void Dispose() => _belongings.Dispose();
}
