// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// Tunnels of the hostile guest's QEMU that must not notice. Behind their other ends, in another QEMU, are taps that ping:
///
///     guest -- nic1 --- n1 --- another QEMU -- tap1 -- PingLoop
/// </summary>
internal sealed class Neighbours : IDisposable
{
    private readonly NetworkNamespace _network;
    private readonly IReadOnlyList<GuestLink> _links;
    private readonly QemuProcess _qemu;

    /// <summary>Starts the other QEMU.</summary>
    public Neighbours(NetworkNamespace network, params IReadOnlyList<GuestLink> links)
    {
        _network = network;
        _links = links;
        _qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Namespace = network, Arguments = [.. links.SelectMany(TapArguments)] });
    }

    /// <summary>Sets both ends up, and waits until they hear each other.</summary>
    public void Connect(Guest guest)
    {
        foreach (GuestLink link in _links)
        {
            _network.Ip("address", "add", link.Address(2) + "/24", "dev", Tap(link));
            _network.Ip("link", "set", Tap(link), "up");
            link.Configure(guest, 1);
            guest.WaitForAnswer(link.Address(2));
        }
    }

    /// <summary>Begins to ping the guest through each of them.</summary>
    public PingLoop[] Ping() => [.. _links.Select(link => new PingLoop(_network, link.Address(1)))];

    public void Dispose() => _qemu.Dispose();

    private static string Tap(GuestLink link) => string.Create(CultureInfo.InvariantCulture, $"tap{link.Index}");

    private static string[] TapArguments(GuestLink link)
    {
        string id = link.NetdevId;
        return
        [
            "-netdev", link.Netdev(2).ToString(),
            "-netdev", $"hubport,id={id}-hub,hubid={link.Index},netdev={id}",
            "-netdev", $"tap,id={id}-tap,ifname={Tap(link)},script=no,downscript=no",
            "-netdev", $"hubport,id={id}-tap-hub,hubid={link.Index},netdev={id}-tap",
        ];
    }
}
