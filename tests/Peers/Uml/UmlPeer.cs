// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.Uml;

/// <summary>
/// A User-Mode Linux (vector driver, transport l2tpv3) and a QEMU with the plugin in one network namespace of this machine: it needs
/// nothing of the kernel that the lab is for.
///
///     tap0 --- hub --- netdev l2tpv3 === lo === vec0: transport=l2tpv3
/// </summary>
public sealed class UmlPeer : IDisposable
{
    private readonly Belongings _belongings = new();
    private readonly TemporaryDirectory _directory;
    private readonly NetworkNamespace _network;
    private readonly QemuProcess _qemu;

    /// <summary>Starts both.</summary>
    public UmlPeer()
    {
        Requires.Program("linux.uml");
        _directory = _belongings.Add(new TemporaryDirectory());
        _network = _belongings.Add(new NetworkNamespace());
        try
        {
            foreach (TunnelOptions tunnel in Tunnels)
            {
                _network.AddLoopbackAddress(tunnel.HostAddress);
                _network.AddLoopbackAddress(tunnel.PeerAddress);
            }

            _belongings.Add(StartUml());
            _qemu = _belongings.Add(QemuProcess.Start(
                new QemuOptions { Plugin = true, Namespace = _network, Arguments = [.. Tunnels.SelectMany(tunnel => tunnel.HubArguments())] }));
            foreach (TunnelOptions tunnel in Tunnels)
            {
                _network.Ip("address", "add", tunnel.Inner.Host + "/24", "dev", tunnel.Tap);
                _network.Ip("link", "set", tunnel.Tap, "up");
            }

            // The last thing that its first process does.
            Eventually.Get(() => File.Exists(CountersPath), exists => exists, () => $"{CountersPath}: User-Mode Linux says: {Console}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The rows: its options are those of QEMU.</summary>
    public static IReadOnlyList<TunnelOptions> Tunnels { get; } =
    [
        new() { Index = 0 },
        new() { Index = 1, CookieToPeer = CookieSize.Bits32, CookieFromPeer = CookieSize.Bits32, Counter = NetdevCounter.On },
        new() { Index = 2, Encapsulation = Encapsulation.Udp6, CookieToPeer = CookieSize.Bits64, CookieFromPeer = CookieSize.Bits64 },
        new() { Index = 3, Encapsulation = Encapsulation.Ip4, CookieToPeer = CookieSize.Bits64, CookieFromPeer = CookieSize.Bits64, Counter = NetdevCounter.Pinned },
        new() { Index = 4, Encapsulation = Encapsulation.Ip6, CookieToPeer = CookieSize.Bits32, CookieFromPeer = CookieSize.Bits32 },
    ];

    private string Console => File.ReadAllText(_directory.File("console"));

    private string CountersPath => _directory.File("uml-counters");

    /// <summary>What was run for a row.</summary>
    public static IReadOnlyList<string> Commands(TunnelOptions tunnel) =>
    [
        $"host: LD_PRELOAD=qemu-l2tpv3.so QEMU_L2TPV3=require qemu-system-x86_64 -M none -nodefaults -display none {string.Join(' ', tunnel.HubArguments())}",
        $"host: ip address add {tunnel.Inner.Host}/24 dev {tunnel.Tap}",
        $"host: ip link set {tunnel.Tap} up",
        $"peer: linux.uml ... {VectorArgument(tunnel)}",
        $"peer: ip address add {tunnel.Inner.Peer}/24 dev vec{tunnel.Index}",
        $"peer: ip link set vec{tunnel.Index} up",
    ];

    /// <summary>Asserts all that is asked of a row.</summary>
    public void AssertPasses(TunnelOptions tunnel)
    {
        RowChecks checks = new(RunOnHost);
        checks.AssertPings(tunnel);
        // What it sends back is not always in the order in which it came, as a capture on the loopback shows.
        checks.AssertFrames(tunnel, keepsOrder: false);
        checks.AssertBulkTcp(tunnel);
        RowChecks.AssertNoChecksumErrors(File.ReadAllText(CountersPath));
        RowChecks.AssertNoChecksumErrors(RunOnHost("cat /proc/net/snmp /proc/net/snmp6"));
        Assert.Equal(0, _qemu.Netdev(tunnel.Id).Drops);
    }

    public void Dispose() => _belongings.Dispose();

    // User-Mode Linux for UDP over IPv4: vec0:transport=l2tpv3,udp=1,src=...
    private static string VectorArgument(TunnelOptions tunnel) => string.Create(CultureInfo.InvariantCulture, $"vec{tunnel.Index}:") + string.Join(',', VectorWords(tunnel));

    private static IEnumerable<string> VectorWords(TunnelOptions tunnel)
    {
        yield return "transport=l2tpv3";
        yield return $"v6={(tunnel.IsIpv6 ? 1 : 0)},src={tunnel.PeerAddress},dst={tunnel.HostAddress}";
        yield return tunnel.IsUdp ? "udp=1,srcport=1701,dstport=1701" : "udp=0";
        yield return string.Create(CultureInfo.InvariantCulture, $"tx_session={tunnel.FromPeer},rx_session={tunnel.ToPeer}");
        if (tunnel.CookieToPeer != CookieSize.None)
        {
            yield return $"tx_cookie=0x{tunnel.CookieFromPeerDigits},rx_cookie=0x{tunnel.CookieToPeerDigits}";
        }

        if (tunnel.CookieToPeer == CookieSize.Bits64)
        {
            yield return "cookie64=1";
        }

        if (tunnel.Counter != NetdevCounter.Off)
        {
            yield return $"counter=1,pin_counter={(tunnel.Counter == NetdevCounter.Pinned ? 1 : 0)}";
        }
    }

    private BackgroundProcess StartUml()
    {
        string folder = Path.Combine(Plugin.RepositoryRoot, "tests", "Peers", "Uml");
        string preload = CCompiler.SharedObject(_directory, File.ReadAllText(Path.Combine(folder, "uml-xstate.c")));
        File.Copy(FramesProgram.Path, _directory.File("frames"));
        string[] arguments =
        [
            "mem=256M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", $"init={Path.Combine(folder, "uml-init")}",
            "con=null", "con0=fd:0,fd:1", $"uml_dir={_directory.Path}",
            $"peers={string.Join(',', Tunnels.Select(tunnel => tunnel.Inner.Peer))}", $"shared={_directory.Path}",
            .. Tunnels.Select(VectorArgument),
        ];
        string command = $"exec nsenter --net={_network.Path} env LD_PRELOAD={preload} linux.uml {string.Join(' ', arguments)} </dev/null >{_directory.File("console")} 2>&1";
        return new BackgroundProcess("sh", "-c", command);
    }

    private string RunOnHost(string script) => ProcessRunner.Check("nsenter", $"--net={_network.Path}", "sh", "-ec", script);
}
