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
    private const int TcpPort = 5201;
    private const int UdpPort = 5202;
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
            Serve(TcpPort);
            Serve(UdpPort);
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

    /// <summary>Traffic begins, and goes on to the end. iperf3 takes no time beyond a day, and says so only on its standard error.</summary>
    public void StartTraffic()
    {
        Guest.Run(
            $"""
            (while true; do iperf3 -c {HostAddress} -p {TcpPort} --bidir -t 20 >/tmp/tcp; sleep 1; done & iperf3 -c {HostAddress} -p {UdpPort} -u -l 1200 -b 4M -t 86400 -i 10 >/tmp/udp & ping -q -i 0.2 {HostAddress} >/tmp/ping &) 2>/tmp/errors
            """);
        CheckTraffic();
    }

    /// <summary>All of it is there, or comes: TCP begins anew every 20 seconds, and on a busy machine iperf3 takes as long to start.</summary>
    public void CheckTraffic() => Guest.Run(
        $"""
        pidof ping && for port in {UdpPort} {TcpPort}; do for i in $(seq 300); do netstat -tn | grep -q "{HostAddress}:$port .*ESTABLISHED" && continue 2; sleep 0.2; done; cat /tmp/errors; exit 1; done
        """,
        TimeSpan.FromMinutes(5));

    /// <summary>Waits until frames pass. When none do, the exception says what each end has counted and what the guest does.</summary>
    public void WaitForTraffic() => new TrafficWatch(this).Wait();

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
