// SPDX-License-Identifier: GPL-2.0-or-later

namespace Soak;

/// <summary>
/// Two QEMUs with the plugin and mixed traffic between them: TCP both ways, which the guest's NIC leaves in large frames, a stream of
/// UDP, and pings.
///
///     guest -- virtio-net -- n0 -- UDP -- n0 -- hub -- tap -- the namespace: two iperf3 servers
/// </summary>
internal sealed class SoakPair : IDisposable
{
    private const string GuestAddress = "10.9.0.1";
    private const string HostAddress = "10.9.0.2";
    private const string Mac = "52:54:00:09:00:01";
    private readonly Belongings _belongings = new();
    private readonly TemporaryDirectory _pages;

    public SoakPair()
    {
        Network = _belongings.Add(new NetworkNamespace());
        _pages = _belongings.Add(new TemporaryDirectory());
        L2tpv3Netdev netdev = SoakNetdevs.Udp(0);
        try
        {
            Network.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
            Guest = _belongings.Add(new Guest(Options() with
            {
                // All of the guest's memory is there from the start.
                Arguments = ["-mem-prealloc", "-netdev", netdev.ToString(), "-device", $"virtio-net-pci,netdev={netdev.Id},mac={Mac}"],
            }));
            Host = _belongings.Add(QemuProcess.Start(Options() with
            {
                Arguments = SoakNetdevs.Join(netdev.OtherEnd(), 0, "tap", "tap,id=tap,ifname=tap0,script=no,downscript=no"),
            }));
            Network.Ip("address", "add", HostAddress + "/24", "dev", "tap0");
            Network.Ip("link", "set", "tap0", "up");
            Serve(5201);
            Serve(5202);
            Guest.Configure(Mac, GuestAddress + "/24");
            Guest.WaitForAnswer(HostAddress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where both are.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>The one with a guest.</summary>
    public Guest Guest { get; }

    /// <summary>The one without.</summary>
    public QemuProcess Host { get; }

    /// <summary>Traffic begins, and goes on to the end.</summary>
    public void StartTraffic() => Guest.Run(
        $"""
        (while true; do iperf3 -c {HostAddress} -p 5201 --bidir -t 20; sleep 1; done & iperf3 -c {HostAddress} -p 5202 -u -l 1200 -b 4M -t 100000 & ping -i 0.2 {HostAddress} &) >/dev/null 2>&1
        """);

    /// <summary>Whether frames pass.</summary>
    public bool HasTraffic()
    {
        long before = Host.Netdev("n0").FramesReceived;
        return Host.WaitForNetdev("n0", info => info.FramesReceived > before + 100).IsPlugin;
    }

    public void Dispose() => _belongings.Dispose();

    private QemuOptions Options() => new()
    {
        Plugin = true,
        Namespace = Network,
        Environment = new System.Collections.Generic.Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_RUNTIME_DIR"] = _pages.Path },
    };

    private void Serve(int port) => _belongings.Add(
        new BackgroundProcess("nsenter", $"--net={Network.Path}", "iperf3", "--server", "--port", port.ToString(CultureInfo.InvariantCulture)));
}
