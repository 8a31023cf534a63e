// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd;

/// <summary>One QEMU with many tunnels, and the guest's side of each.</summary>
internal sealed class QemuWithTunnels : IDisposable
{
    private readonly Belongings _belongings = new();
    private readonly Dictionary<string, FrameSocket> _guests = new(StringComparer.Ordinal);

    /// <summary>Starts it.</summary>
    public QemuWithTunnels(bool plugin, NetworkNamespace network, IEnumerable<L2tpv3Netdev> tunnels)
        : this(new QemuOptions { Plugin = plugin, Namespace = network }, tunnels)
    {
    }

    /// <summary>Starts it in its own way.</summary>
    public QemuWithTunnels(QemuOptions options, IEnumerable<L2tpv3Netdev> tunnels)
    {
        List<string> arguments = [.. options.Arguments];
        foreach (L2tpv3Netdev tunnel in tunnels)
        {
            FrameSocket guest = _belongings.Add(new FrameSocket());
            arguments.AddRange(["-netdev", tunnel.ToString(), .. guest.Arguments(tunnel.Id, hub: _guests.Count)]);
            _guests.Add(tunnel.Id, guest);
        }

        try
        {
            Process = _belongings.Add(QemuProcess.Start(options with { Arguments = arguments }));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The QEMU.</summary>
    public QemuProcess Process { get; }

    /// <summary>The guest's side of a tunnel.</summary>
    public FrameSocket Guest(string id) => _guests[id];

    public void Dispose() => _belongings.Dispose();
}
