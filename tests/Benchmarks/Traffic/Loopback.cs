// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Traffic;

/// <summary>
/// The loopback device takes a UDP_SEGMENT message whole, and hands it whole to a socket that asks for UDP_GRO: that is how a
/// program on the same host sends. Told not to, it has the kernel split the message first, and datagrams
/// arrive one by one, as from a wire. Either way the sender uses UDP_SEGMENT: a plain sender needs as much time for
/// a small datagram (0.8 µs where this was written, 0.35 split by the kernel) as QEMU does, and would be what is measured.
/// </summary>
internal static class Loopback
{
    public static void KeepsRuns(bool whole) => ProcessRunner.Check("ethtool", "-K", "lo", "tx-udp-segmentation", whole ? "on" : "off");
}
