// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Threading;
using DataPlane.Tests.Kit;
using TestKit;

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
        if (!ipv6)
        {
            return new Subnet($"127.{number >> 8}.{number & 0xFF}.1", $"127.{number >> 8}.{number & 0xFF}.2", $"127.{number >> 8}.{number & 0xFF}.3");
        }

        Subnet subnet = new($"fd00:{number:x}::1", $"fd00:{number:x}::2", $"fd00:{number:x}::3");
        Network.AddLoopbackAddress(subnet.Plane + "/128");
        Network.AddLoopbackAddress(subnet.Peer + "/128");
        Network.AddLoopbackAddress(subnet.Stranger + "/128");
        return subnet;
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
