// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// The buffers of a socket (socket(7)). SO_*BUFFORCE ignores the limits of the system but needs CAP_NET_ADMIN; without it
/// SO_*BUF gives what net.core.rmem_max and wmem_max allow. Fewer bytes than asked for is no error: it only loses more in
/// bursts.
/// </summary>
internal static unsafe class SocketBuffers
{
    /// <summary>Sets both buffers.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="plan">The sizes.</param>
    /// <returns>Empty, or in words what was got instead.</returns>
    public static string Set(int descriptor, SocketPlan plan)
    {
        int send = Set(descriptor, LinuxConstants.SO_SNDBUFFORCE, LinuxConstants.SO_SNDBUF, plan.SendBuffer);
        int receive = Set(descriptor, LinuxConstants.SO_RCVBUFFORCE, LinuxConstants.SO_RCVBUF, plan.ReceiveBuffer);
        return send >= plan.SendBuffer && receive >= plan.ReceiveBuffer
            ? string.Empty
            : $"socket buffers are {send / 1024} KiB to send and {receive / 1024} KiB to receive, the limits of this host; "
                + "for fewer losses in bursts raise net.core.wmem_max and rmem_max or give QEMU CAP_NET_ADMIN";
    }

    /// <summary>Sets the receive buffer, with SO_RCVBUFFORCE or not at all.</summary>
    public static bool TryForceReceive(int descriptor, int bytes) =>
        // SAFETY: the option takes an int, which lives on this stack.
        Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVBUFFORCE, &bytes, sizeof(int)) == 0;

    private static int Set(int descriptor, int force, int plain, int bytes)
    {
        // SAFETY: both options take and give an int, which lives on this stack.
        if (Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, force, &bytes, sizeof(int)) < 0)
        {
            _ = Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, plain, &bytes, sizeof(int));
        }

        int got = 0;
        uint length = sizeof(int);
        _ = Libc.getsockopt(descriptor, LinuxConstants.SOL_SOCKET, plain, &got, &length);
        // The kernel doubles what it is given, for its own bookkeeping, and tells the double.
        return got / 2;
    }
}
