// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Guests;

/// <summary>
/// What joins the two guests: an L2TPv3 session on loopback, whose MTU of 65,536 leaves the outer datagram whole; a dgram pair on
/// loopback; or two taps on a bridge of the kernel, with all the offloads that QEMU and virtio agree on.
/// </summary>
internal sealed class BenchLink : IDisposable
{
    private const string Bridge = "bench0";
    private static readonly string[] s_taps = ["bench1", "bench2"];

    private readonly Backend _backend;

    public BenchLink(Backend backend)
    {
        _backend = backend;
        if (backend == Backend.Tap)
        {
            ProcessRunner.Check("ip", "link", "add", "dev", Bridge, "type", "bridge");
            ProcessRunner.Check("ip", "link", "set", "dev", Bridge, "up");
            foreach (string tap in s_taps)
            {
                ProcessRunner.Check("ip", "tuntap", "add", "dev", tap, "mode", "tap");
                File.WriteAllText($"/proc/sys/net/ipv6/conf/{tap}/disable_ipv6", "1");
                ProcessRunner.Check("ip", "link", "set", "dev", tap, "master", Bridge, "up");
            }
        }
    }

    /// <summary>The -netdev option of guest 1 or 2, without its id.</summary>
    public string Netdev(int guest)
    {
        int here = 1700 + guest;
        int there = 1703 - guest;
        return _backend switch
        {
            Backend.Tap => $"tap,ifname={s_taps[guest - 1]},script=no,downscript=no",
            Backend.Dgram => string.Create(
                CultureInfo.InvariantCulture,
                $"dgram,local.type=inet,local.host=127.0.0.1,local.port={here},remote.type=inet,remote.host=127.0.0.1,remote.port={there}"),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"l2tpv3,src=127.0.0.1,dst=127.0.0.1,udp=on,srcport={here},dstport={there},txsession={there},rxsession={here}"),
        };
    }

    public void Dispose()
    {
        if (_backend == Backend.Tap)
        {
            foreach (string device in (string[])[.. s_taps, Bridge])
            {
                ProcessRunner.Check("ip", "link", "delete", "dev", device);
            }
        }
    }
}
