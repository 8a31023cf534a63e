// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Traffic;

/// <summary>The peer of QEMU's dgram netdev: the bare frame is the datagram.</summary>
internal sealed class DgramPort() : DatagramPort([], [])
{
    public override string Netdev => string.Join(
        ',',
        "dgram,local.type=inet,local.host=127.0.0.1,remote.type=inet,remote.host=127.0.0.1",
        $"local.port={QemuPort}",
        $"remote.port={PeerPort}");
}
