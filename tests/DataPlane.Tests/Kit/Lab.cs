// SPDX-License-Identifier: GPL-2.0-or-later

[assembly: AssemblyFixture(typeof(Lab))]

namespace DataPlane.Tests.Kit;

/// <summary>
/// The network that all tests share: one namespace with a loopback interface, so that no port, address or protocol-115
/// packet of the machine gets in. Each test takes addresses of its own: 127.x.y.1, .2 and .3, fd00:x:y::1, ::2 and ::3.
/// </summary>
public sealed class Lab : IDisposable
{
    private int _subnets;

    /// <summary>Makes the namespace.</summary>
    public Lab()
    {
        // The kernel sends a few ICMP errors per second at most, and then a test waits in vain for "port unreachable".
        Network.Sysctl("net.ipv4.icmp_ratemask", "0");
        Network.Sysctl("net.ipv6.icmp.ratelimit", "0");

        // All of fd00::/16 is local, as 127.0.0.0/8 always is. (An address added to an interface is usable some
        // milliseconds later only, when the kernel's work queue has come to it.)
        Network.Sysctl("net.ipv6.ip_nonlocal_bind", "1");
        Network.Ip("-6", "route", "add", "local", "fd00::/16", "dev", "lo");
    }

    /// <summary>The namespace.</summary>
    public NetworkNamespace Network { get; } = new();

    /// <summary>Calls a function in the namespace; what it opens stays there.</summary>
    public T Run<T>(Func<T> function) => Network.Run(function);

    /// <summary>A subnet that no other test has.</summary>
    /// <returns>The addresses of the plane's end, of its peer, and of a stranger.</returns>
    internal Subnet Subnet(bool ipv6 = false)
    {
        int number = Interlocked.Increment(ref _subnets);
        return ipv6
            ? new Subnet($"fd00:{number:x}::1", $"fd00:{number:x}::2", $"fd00:{number:x}::3")
            : new Subnet($"127.{number >> 8}.{number & 0xFF}.1", $"127.{number >> 8}.{number & 0xFF}.2", $"127.{number >> 8}.{number & 0xFF}.3");
    }

    public void Dispose() => Network.Dispose();
}

/// <summary>Three loopback addresses of one test.</summary>
internal sealed record Subnet(string Plane, string Peer, string Stranger);
