// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// A socket that is connected to the peer, for a session whose own one is not (source-check=off or roam): the kernel tells the
/// path MTU of connected sockets only. It sends nothing and takes nothing. What ICMP errors teach the kernel about a path
/// holds for all sockets, UDP or not.
/// </summary>
internal sealed unsafe class PathProbe : IDisposable
{
    private PathProbe()
    {
    }

    /// <summary>The descriptor; -1 when there is none, and then nothing is told.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>Opens one on the addresses of a plan.</summary>
    public static PathProbe Open(SocketPlan plan)
    {
        int family = plan.IsIpv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET;
        const int type = LinuxConstants.SOCK_DGRAM | LinuxConstants.SOCK_CLOEXEC | LinuxConstants.SOCK_NONBLOCK;
        PathProbe probe = new();
        try
        {
            probe.Descriptor = Libc.socket(family, type, LinuxConstants.IPPROTO_UDP);
            probe.Prepare(plan);
            return probe;
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <summary>Looks for the route to a peer, which the present one need not be any more.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryConnect(SocketAddress peer) => Descriptor >= 0 && SocketOpener.Connect(Descriptor, peer).IsNone;

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }

    private void Prepare(SocketPlan plan)
    {
        if (Descriptor < 0)
        {
            return;
        }

        if (plan.PacketSettings.Device is not null)
        {
            SocketTuning.BindToDevice(Descriptor, plan.PacketSettings.Device);
        }

        byte[] anyPort = plan.Source.WithPort(0).Bytes.ToArray();
        // SAFETY: the bytes are pinned for the call and their length goes with them.
        fixed (byte* bytes = anyPort)
        {
            bool isReady = SocketOpener.SetFilter(Descriptor, SessionFilter.RefuseAll()).IsNone
                && Libc.bind(Descriptor, bytes, (uint)anyPort.Length) == 0;
            if (!isReady)
            {
                Dispose();
            }
        }
    }
}
