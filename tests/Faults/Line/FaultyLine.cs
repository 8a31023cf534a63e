// SPDX-License-Identifier: GPL-2.0-or-later

namespace Faults.Line;

/// <summary>
/// Two hosts in one subnet and the wire between them, which the test holds in its hands:
///
///     left 10.70.0.1, fd70::1 ===veth=== LineDirection, both ways ===veth=== right 10.70.0.2, fd70::2
///
/// Nobody but the test is in these namespaces, so the kernel's counters there are about its packets alone.
/// </summary>
internal sealed class FaultyLine : IDisposable
{
    /// <summary>The device of both hosts.</summary>
    public const string Device = "wire";

    private const string LeftDevice = "left";
    private const string RightDevice = "right";
    private readonly NetworkNamespace _middle = new();
    private readonly LinePort _leftPort;
    private readonly LinePort _rightPort;

    /// <summary>Makes it.</summary>
    public FaultyLine()
    {
        _middle.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        Plug(Left, LeftDevice, 1);
        Plug(Right, RightDevice, 2);
        WaitUntilUp();
        _leftPort = new LinePort(_middle, LeftDevice);
        _rightPort = new LinePort(_middle, RightDevice);
        LeftToRight = new LineDirection(_leftPort, _rightPort);
        RightToLeft = new LineDirection(_rightPort, _leftPort);
    }

    /// <summary>One host.</summary>
    public NetworkNamespace Left { get; } = new();

    /// <summary>The other one.</summary>
    public NetworkNamespace Right { get; } = new();

    /// <summary>From one to the other.</summary>
    public LineDirection LeftToRight { get; }

    /// <summary>And back.</summary>
    public LineDirection RightToLeft { get; }

    /// <summary>The address of a host: 1 is left, 2 is right, others are nobody's.</summary>
    public static string Address(bool ipv6, int host) => ipv6 ? $"fd70::{host}" : $"10.70.0.{host}";

    /// <summary>The same with the length of the subnet's prefix.</summary>
    public static string Prefix(bool ipv6, int host) => Address(ipv6, host) + (ipv6 ? "/64" : "/24");

    /// <summary>The left host's interface is removed, its addresses and routes with it.</summary>
    public void Unplug() => Left.Ip("link", "delete", Device);

    /// <summary>The left host gets an interface of the same name and addresses.</summary>
    public void PlugAnew()
    {
        Plug(Left, LeftDevice, 1);
        _leftPort.Reopen();
        WaitUntilUp();
    }

    /// <summary>
    /// Waits until all devices send. Linux gives one whose carrier comes its queue a moment later, and until then drops what is sent
    /// there, in no counter.
    /// </summary>
    public void WaitUntilUp()
    {
        WaitUntilUp(Left, Device);
        WaitUntilUp(Right, Device);
        WaitUntilUp(_middle, LeftDevice);
        WaitUntilUp(_middle, RightDevice);
    }

    public void Dispose()
    {
        LeftToRight.Dispose();
        RightToLeft.Dispose();
        _leftPort.Dispose();
        _rightPort.Dispose();
        Left.Dispose();
        Right.Dispose();
        _middle.Dispose();
    }

    /// <summary>
    /// The left host knows the right one's link address, and the other way round: ARP and IPv6 take a second where a packet of theirs
    /// is lost, and what they keep until then is in no counter. What is measured is the tunnel.
    /// </summary>
    public static void TeachNeighbour(NetworkNamespace host, int number)
    {
        foreach (bool ipv6 in (bool[])[false, true])
        {
            host.Ip("neighbour", "replace", Address(ipv6, 3 - number), "lladdr", LinkAddress(3 - number), "dev", Device, "nud", "permanent");
        }
    }

    private static string LinkAddress(int number) => $"02:70:00:00:00:0{number}";

    private static void WaitUntilUp(NetworkNamespace host, string device) => Eventually.Get(
        () => host.Ip("link", "show", "dev", device),
        text => text.Contains(" state UP ", StringComparison.Ordinal) && !text.Contains(" qdisc noop ", StringComparison.Ordinal),
        () => $"{device} does not come up");

    private void Plug(NetworkNamespace host, string port, int number)
    {
        // No errors are held back, and none comes late: the recovery is the tunnel's, not the rate limit's.
        host.Sysctl("net.ipv4.icmp_ratemask", "0");
        host.Sysctl("net.ipv6.icmp.ratelimit", "0");

        // The guest's tap device has asked for less.
        host.Sysctl("net.ipv6.conf.default.disable_ipv6", "0");

        // IPv6 talks by itself to routers that are not there.
        host.Sysctl("net.ipv6.conf.default.router_solicitations", "0");

        // An address that survives its interface's being down, as IPv4's do.
        host.Sysctl("net.ipv6.conf.default.keep_addr_on_down", "1");
        host.Sysctl("net.ipv6.conf.default.accept_dad", "0");
        _middle.Ip("link", "add", "name", port, "type", "veth", "peer", "name", Device, "netns", Path.GetFileName(host.Path));

        // A packet socket sees what the device would have to finish: whole checksums and single datagrams, please.
        ProcessRunner.Check("nsenter", $"--net={host.Path}", "ethtool", "-K", Device, "tx", "off", "gso", "off", "tso", "off");
        host.Ip("link", "set", Device, "address", LinkAddress(number));
        host.Ip("address", "add", Prefix(ipv6: false, number), "dev", Device);
        host.Ip("-6", "address", "add", Prefix(ipv6: true, number), "dev", Device, "nodad");
        host.Ip("link", "set", Device, "up");
        TeachNeighbour(host, number);
        _middle.Ip("link", "set", port, "up");
    }
}
