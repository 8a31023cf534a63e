// SPDX-License-Identifier: GPL-2.0-or-later
//
// The stock backend as the oracle for tunnels that nobody has thought of:
//
//     guest --> plugin's QEMU --> wire        the same options on both, and the same frame: the same bytes on the wire;
//     guest --> stock QEMU    --> wire        the same datagram to both: the same frame for the guest

namespace EndToEnd.Interop;

/// <summary>Two QEMUs, with the plugin and without, that have the same random tunnels, and the other end of each.</summary>
public sealed class RandomTunnels : IDisposable
{
    /// <summary>How many tunnels each QEMU has.</summary>
    public const int Count = 32;

    /// <summary>Makes others than usual.</summary>
    private const string SeedVariable = "FUZZ_SEED";

    private const int PluginNet = 1;
    private const int StockNet = 2;
    private const int FirstPort = 21_000;

    private readonly NetworkNamespace _network = new();
    private readonly List<OracleEnd> _plugin;
    private readonly List<OracleEnd> _stock;
    private readonly QemuWithTunnels _pluginQemu;
    private readonly QemuWithTunnels _stockQemu;

    /// <summary>Starts both.</summary>
    public RandomTunnels()
    {
        _network.Ip("-6", "route", "add", "local", "fd00::/16", "dev", "lo");
        _network.Sysctl("net.ipv6.ip_nonlocal_bind", "1");
        _plugin = [.. Enumerable.Range(0, Count).Select(index => Open(PluginNet, index))];
        _stock = [.. Enumerable.Range(0, Count).Select(index => Open(StockNet, index))];
        _pluginQemu = new QemuWithTunnels(plugin: true, _network, _plugin.Select(end => end.Netdev));
        _stockQemu = new QemuWithTunnels(plugin: false, _network, _stock.Select(end => end.Netdev));
    }

    /// <summary>What the tunnels and frames depend on.</summary>
    public static int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable(SeedVariable) ?? "1", CultureInfo.InvariantCulture);

    /// <summary>One tunnel, with the plugin and without.</summary>
    internal (OracleEnd Plugin, FrameSocket PluginGuest, OracleEnd Stock, FrameSocket StockGuest) Tunnel(int index) =>
        (_plugin[index], _pluginQemu.Guest(_plugin[index].Netdev.Id), _stock[index], _stockQemu.Guest(_stock[index].Netdev.Id));

    public void Dispose()
    {
        _pluginQemu.Dispose();
        _stockQemu.Dispose();
        _plugin.ForEach(end => end.Wire.Dispose());
        _stock.ForEach(end => end.Wire.Dispose());
        _network.Dispose();
    }

    private OracleEnd Open(int net, int index)
    {
#pragma warning disable CA5394 // a test wants the same tunnels each time, not secret ones
        Random random = new((Seed * Count) + index);
        Encapsulation encapsulation = (Encapsulation)random.Next(4);
        bool udp = encapsulation is Encapsulation.Udp4 or Encapsulation.Udp6;
        CookieSize cookie = random.GetItems<CookieSize>([CookieSize.None, CookieSize.Bits32, CookieSize.Bits64], 1)[0];
        ulong mask = cookie == CookieSize.Bits32 ? uint.MaxValue : ulong.MaxValue;
        L2tpv3Netdev netdev = new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"n{index}"),
            Source = Address(encapsulation, net, index, 1),
            Destination = Address(encapsulation, net, index, 2),
            SourcePort = udp ? FirstPort + index : null,
            DestinationPort = udp ? FirstPort + Count + index : null,
            TransmitSessionId = (uint)random.NextInt64(1, 1L << 32),
            ReceiveSessionId = (uint)random.NextInt64(1, 1L << 32),
            Cookie = cookie,
            TransmitCookie = (ulong)random.NextInt64() & mask,
            ReceiveCookie = (ulong)random.NextInt64() & mask,
            Counter = (NetdevCounter)random.Next(3),
            Offset = random.Next(2) == 0 ? 0 : random.Next(1, 257),
        };
#pragma warning restore CA5394
        return new OracleEnd(
            netdev,
            _network.Run(() => udp ? WirePeer.Udp(netdev.Destination, netdev.DestinationPort!.Value) : WirePeer.RawIp(netdev.Destination)));
    }

    private static string Address(Encapsulation encapsulation, int net, int index, int end) =>
        encapsulation is Encapsulation.Udp4 or Encapsulation.Ip4
            ? string.Create(CultureInfo.InvariantCulture, $"127.{net}.{index}.{end}")
            : string.Create(CultureInfo.InvariantCulture, $"fd00:{net}:{index:x}::{end}");
}
