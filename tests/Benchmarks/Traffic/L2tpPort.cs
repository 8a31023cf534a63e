// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Traffic;

/// <summary>
/// The peer of an L2TPv3 session over UDP (RFC 3931, 4.1.2.1): flags and version, session id; no cookie, no counter.
/// The two ids differ, so that a mixed-up direction fails instead of being measured.
/// </summary>
internal sealed class L2tpPort() : DatagramPort([0, 3, 0, 0, 0, 0, 0, 17], [0, 3, 0, 0, 0, 0, 0, 34])
{
    public override string Netdev => string.Join(
        ',',
        "l2tpv3,src=127.0.0.1,dst=127.0.0.1,udp=on",
        $"srcport={QemuPort}",
        $"dstport={PeerPort}",
        "txsession=17,rxsession=34");
}
