// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace DataPlane.Tests.Kit;

/// <summary>
/// A peer behind a router, the one place where a path is narrower than the sender's own link and only ICMP tells:
///
///     lab (10.80.0.1) ===veth, 1500=== router ===veth, 1500 or less=== far (10.80.1.1)
/// </summary>
public sealed class RoutedLab : IDisposable
{
    private readonly NetworkNamespace _router = new();
    private readonly NetworkNamespace _far = new();

    /// <summary>Makes it.</summary>
    public RoutedLab()
    {
        _router.Sysctl("net.ipv4.ip_forward", "1");
        _router.Sysctl("net.ipv6.conf.all.forwarding", "1");
        _router.Sysctl("net.ipv4.icmp_ratemask", "0");
        _router.Sysctl("net.ipv6.icmp.ratelimit", "0");
        Join(Lab.Network, "near", _router, "in", 0);
        Join(_far, "far", _router, "out", 1);
    }

    /// <summary>The sender's end.</summary>
    public Lab Lab { get; } = new();

    /// <summary>What passes between router and peer.</summary>
    public void SetMtu(int mtu)
    {
        string bytes = mtu.ToString(CultureInfo.InvariantCulture);
        _far.Ip("link", "set", "far", "mtu", bytes);
        _router.Ip("link", "set", "out", "mtu", bytes);
    }

    /// <summary>Waits until the lab's kernel has heard what the path to an address takes.</summary>
    public void WaitForPathMtu(string destination, int mtu) => Eventually.Get(
        () => Lab.Network.Ip("route", "get", destination),
        route => Regex.IsMatch(route, string.Create(CultureInfo.InvariantCulture, $@"\bmtu [lock ]*{mtu}\b")),
        () => string.Create(CultureInfo.InvariantCulture, $"an MTU of {mtu}"));

    public void Dispose()
    {
        _far.Dispose();
        _router.Dispose();
        Lab.Dispose();
    }

    /// <summary>A session of this kind in the lab, with its peer behind the router.</summary>
    internal Tunnel Open(string kind)
    {
        bool udp = kind.StartsWith("udp", StringComparison.Ordinal);
        string near = kind.EndsWith('6') ? "fd80::1" : "10.80.0.1";
        string far = kind.EndsWith('6') ? "fd80:1::1" : "10.80.1.1";
        WaitForPath(near, far);
        WirePeer peer = _far.Run(() => udp ? WirePeer.Udp(far) : WirePeer.RawIp(far));
        L2tpv3Netdev netdev = new()
        {
            Source = near,
            Destination = far,
            SourcePort = udp ? Tunnels.PlanePort : null,
            DestinationPort = udp ? peer.Port : null,
            Counter = NetdevCounter.On,
        };
        return Tunnels.Open(Lab, netdev, new Subnet(near, far, string.Empty), peer, settings: null);
    }

    /// <summary>A device is up a while after it was told so, and until neighbours have answered, the kernel may drop what waits for them.</summary>
    private void WaitForPath(string near, string far)
    {
        using WirePeer sender = Lab.Run(() => WirePeer.Udp(near));
        using WirePeer receiver = _far.Run(() => WirePeer.Udp(far));
        Eventually.IsTrue(
            () =>
            {
                sender.Send([0], far, receiver.Port);
                return receiver.TryReceive(TimeSpan.FromMilliseconds(100)) is not null;
            },
            $"a path to {far}");
    }

    private static void Join(NetworkNamespace end, string name, NetworkNamespace router, string routerName, int net)
    {
        end.Ip("link", "add", "name", name, "type", "veth", "peer", "name", routerName, "netns", Path.GetFileName(router.Path));
        Address(end, name, net, 1);
        Address(router, routerName, net, 2);
        string prefix = net == 0 ? "fd80" : "fd80:1";
        end.Ip("route", "add", "default", "via", $"10.80.{net}.2");
        end.Ip("-6", "route", "add", "default", "via", $"{prefix}::2");
    }

    private static void Address(NetworkNamespace network, string device, int net, int host)
    {
        string prefix = net == 0 ? "fd80" : "fd80:1";
        network.Ip("address", "add", $"10.80.{net}.{host}/24", "dev", device);
        network.Ip("address", "add", $"{prefix}::{host}/64", "dev", device, "nodad");
        network.Ip("link", "set", device, "up");
    }
}
