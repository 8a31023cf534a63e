// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>
/// A QEMU in one place of a lab, without a guest: a tap stands for the guest's NIC. One has all the tunnels that end there, each
/// with a hub of its own, since a start takes seconds in a lab.
///
///     tap3 --- tap netdev t3 --- hub 3 --- netdev l2tpv3, n3
///
/// Its monitor is on its standard input and output, a named pipe and a file.
/// </summary>
internal sealed class LabQemu
{
    private readonly LabGuest _lab;
    private readonly string _place;
    private readonly bool _isPeer;
    private readonly bool _isStock;

    /// <summary>Starts it; a stock one has no plugin.</summary>
    public LabQemu(LabGuest lab, string place, IReadOnlyList<TunnelOptions> tunnels, bool isStock = false)
    {
        _lab = lab;
        _place = place;
        _isPeer = string.Equals(place, Place.Peer, StringComparison.Ordinal);
        _isStock = isStock;
        _lab.RunIn(_place, $"""
            mkfifo {RunFile("keys")}
            {Command(tunnels)} <>{RunFile("keys")} >>{RunFile("monitor")} 2>{RunFile("errors")} &
            echo $! >{RunFile("pid")}
            """);
        Info(tunnels[^1]);
        _lab.RunIn(_place, LabScript.Batch(tunnels.SelectMany(NicCommands)));
    }

    /// <summary>The command for some tunnels, on one line.</summary>
    public string Command(IReadOnlyList<TunnelOptions> tunnels) =>
        $"qemu-system-x86_64 -M none -nodefaults -display none -monitor stdio{PluginArgument(tunnels)} {string.Join(' ', tunnels.SelectMany(tunnel => tunnel.HubArguments(_isPeer)))}";

    /// <summary>What is done with its NICs when it runs.</summary>
    public IReadOnlyList<string> NicCommands(TunnelOptions tunnel) =>
    [
        $"ip address add {(_isPeer ? tunnel.Inner.Peer : tunnel.Inner.Host)}/24 dev {tunnel.Tap}",
        $"ip link set {tunnel.Tap} up",
    ];

    /// <summary>What `info network` says of a tunnel. It is waited for, unless QEMU has ended.</summary>
    public string Info(TunnelOptions tunnel) => _lab.RunIn(_place, $"""
        : >{RunFile("monitor")}
        echo 'info network' >{RunFile("keys")}
        for i in $(seq 200); do
            if grep '{tunnel.Id}: .*type=l2tpv3' {RunFile("monitor")}; then exit; fi
            kill -0 $(cat {RunFile("pid")}) || break
            sleep 0.1
        done
        cat {RunFile("monitor")} {RunFile("errors")}
        exit 1
        """).Trim();

    private string PluginArgument(IReadOnlyList<TunnelOptions> tunnels) => _isStock
        ? string.Empty
        : $" -plugin {Path.GetRelativePath(Plugin.RepositoryRoot, Plugin.Path)},require=on{string.Concat(tunnels.SelectMany(tunnel => tunnel.Settings()).Select(setting => "," + setting))}";

    private string RunFile(string name) => $"/run/{_place}.{name}";
}
