// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Opens, binds and connects a session's socket, and says in words what stands in the way.</summary>
internal static unsafe class SocketOpener
{
    /// <summary>More than this are no past errors but a socket that does not work; bind and connect say how.</summary>
    private const int MaximumWaitingErrors = 64;

    /// <summary>More than any receive buffer holds.</summary>
    private const int MaximumWaitingMessages = 1 << 20;

    /// <summary>Opens the socket of a plan.</summary>
    /// <returns>A bound socket; not ready yet when there is no route to the peer.</returns>
    /// <exception cref="OptionException">The socket cannot be had. Nothing is left open.</exception>
    public static DatagramSocket Open(SocketPlan plan)
    {
        int descriptor = plan.PacketSettings.Descriptor is { } number ? InheritedSocket.Copy(number, plan) : OpenDescriptor(plan);
        try
        {
            DatagramSocket socket = new(descriptor, plan, connected: false);
            Prepare(socket, plan);
            return socket;
        }
        catch
        {
            _ = Libc.close(descriptor);
            throw;
        }
    }

    /// <summary>connect(2).</summary>
    public static Errno Connect(int descriptor, SocketAddress address)
    {
        // SAFETY: the bytes are pinned for the call and their length goes with them.
        fixed (byte* bytes = address.Bytes)
        {
            return Libc.connect(descriptor, bytes, (uint)address.Bytes.Length) == 0 ? default : Errno.Last;
        }
    }

    /// <summary>connect(2) to nobody, of a UDP socket. Its source address may be chosen anew then; all else is as before.</summary>
    public static Errno Disconnect(int descriptor, SocketPlan plan)
    {
        string? device = plan.PacketSettings.Device;
        SocketAddress? local = InheritedSocket.LocalAddress(descriptor, plan);
        Errno missing = device is null ? default : SocketTuning.FindDevice(descriptor);
        if (local is null || !missing.IsNone)
        {
            return missing;
        }

        ushort family = LinuxConstants.AF_UNSPEC;
        // SAFETY: of AF_UNSPEC the kernel reads the family alone, which lives on this stack.
        _ = Libc.connect(descriptor, (byte*)&family, sizeof(ushort));
        // It takes the port with it, if that was the kernel's choice (else this is EINVAL), and the interface (__udp_disconnect).
        _ = Bind(descriptor, plan.Source.WithPort((ushort)local.Port));
        return device is null ? default : SocketTuning.TryBindToDevice(descriptor, device);
    }

    /// <summary>Puts a filter in place of the present one; null removes it.</summary>
    public static Errno SetFilter(int descriptor, sock_filter[]? program)
    {
        if (program is null)
        {
            int none = 0;
            // SAFETY: SO_DETACH_FILTER reads an int and ignores it.
            return SetOption(descriptor, LinuxConstants.SO_DETACH_FILTER, &none, sizeof(int));
        }

        // SAFETY: the kernel copies the program before setsockopt returns.
        fixed (sock_filter* instructions = program)
        {
            sock_fprog header = new() { len = (ushort)program.Length, filter = instructions };
            return SetOption(descriptor, LinuxConstants.SO_ATTACH_FILTER, &header, sizeof(sock_fprog));
        }
    }

    private static void Prepare(DatagramSocket socket, SocketPlan plan)
    {
        // Refuse everything until the socket knows its peer: what arrives between bind and connect is from anybody.
        Check(SetFilter(socket.Descriptor, SessionFilter.RefuseAll()), "attaching a socket filter failed");
        Drain(socket.Descriptor);
        SocketTuning.Apply(socket.Descriptor, plan);
        Errno error = InheritedSocket.IsBound(socket.Descriptor, plan) ? default : Bind(socket.Descriptor, plan.Source);
        if (!error.IsNone)
        {
            throw new OptionException(BindMessage(plan, error), error.Value);
        }

        SetOptions(socket, plan);
        // A packet that had passed the old filter on another processor may have come behind the first look.
        Drain(socket.Descriptor);
        if (!plan.SourceCheck)
        {
            Check(SetFilter(socket.Descriptor, plan.Filter), "attaching a socket filter failed");
            return;
        }

        error = socket.TryConnect();
        if (!error.IsNone && !socket.LacksRoute)
        {
            throw new OptionException($"dst={plan.Destination} cannot be a peer of src={plan.Source} ({error}); check both addresses", error.Value);
        }
    }

    private static int OpenDescriptor(SocketPlan plan)
    {
        bool udp = plan.Carrier == Carrier.Udp;
        int family = plan.IsIpv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET;
        int type = udp ? LinuxConstants.SOCK_DGRAM : LinuxConstants.SOCK_RAW;
        int descriptor = Libc.socket(
            family,
            type | LinuxConstants.SOCK_CLOEXEC | LinuxConstants.SOCK_NONBLOCK,
            udp ? LinuxConstants.IPPROTO_UDP : LinuxConstants.IPPROTO_L2TP);
        if (descriptor >= 0)
        {
            return descriptor;
        }

        Errno error = Errno.Last;
        throw new OptionException(OpenMessage(udp, error), error.Value);
    }

    private static string OpenMessage(bool udp, Errno error) => error.Value switch
    {
        LinuxConstants.EPERM or LinuxConstants.EACCES when !udp =>
            "udp=off (raw IP, protocol 115) needs CAP_NET_RAW; start QEMU with that capability, pass it a socket (fd=), or use udp=on",
        LinuxConstants.EAFNOSUPPORT => "this host does not support the address family that ipv6= asks for; check the kernel",
        _ => $"a socket for udp={(udp ? "on" : "off")} cannot be opened ({error}); check the limits of the process",
    };

    private static string BindMessage(SocketPlan plan, Errno error) => error.Value switch
    {
        LinuxConstants.EADDRINUSE =>
            $"srcport={plan.Source.Port} is in use on src={plan.Source.Address}; choose another srcport=, or end the program that uses it",
        LinuxConstants.EADDRNOTAVAIL =>
            $"src={plan.Source.Address} is not an address of this host; give one of its addresses",
        LinuxConstants.EACCES =>
            $"srcport={plan.Source.Port} needs CAP_NET_BIND_SERVICE; choose a port above 1023, or pass QEMU a socket (fd=)",
        _ => $"src={plan.Source} cannot be bound ({error}); check src= and srcport=",
    };

    /// <summary>What the kernel may refuse without harm.</summary>
    private static void SetOptions(DatagramSocket socket, SocketPlan plan)
    {
        socket.Notice = SocketBuffers.Set(socket.Descriptor, plan);
        int on = 1;
        if (plan.Coalescing)
        {
            // SAFETY: UDP_GRO reads an int. Kernels before 5.0 do not know it, and every datagram comes alone.
            _ = Libc.setsockopt(socket.Descriptor, LinuxConstants.SOL_UDP, LinuxConstants.UDP_GRO, &on, sizeof(int));
        }
    }

    /// <summary>
    /// A raw socket takes packets from the moment it exists, and one that was handed in has taken them for as long as its opener
    /// liked: throw those away. An error that waits is told once, in front of them; only EAGAIN says that there are none.
    /// </summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="queue">Which queue: MSG_ERRQUEUE or 0.</param>
    public static void Drain(int descriptor, int queue = 0)
    {
        byte ignored;
        int errors = 0;
        int messages = 0;
        while (errors < MaximumWaitingErrors && messages < MaximumWaitingMessages)
        {
            // SAFETY: one byte of room, and the kernel cuts what is longer.
            if (Libc.recv(descriptor, &ignored, 1, LinuxConstants.MSG_DONTWAIT | queue) >= 0)
            {
                messages++;
                continue;
            }

            if (Errno.Last.IsWouldBlock)
            {
                return;
            }

            errors++;
        }
    }

    private static Errno Bind(int descriptor, SocketAddress address)
    {
        // SAFETY: the bytes are pinned for the call and their length goes with them.
        fixed (byte* bytes = address.Bytes)
        {
            return Libc.bind(descriptor, bytes, (uint)address.Bytes.Length) == 0 ? default : Errno.Last;
        }
    }

    private static Errno SetOption(int descriptor, int option, void* value, int length) =>
        Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, option, value, (uint)length) == 0 ? default : Errno.Last;

    private static void Check(Errno error, string what)
    {
        if (!error.IsNone)
        {
            throw new OptionException($"{what} ({error}); the setting off gives you QEMU's own backend", error.Value);
        }
    }
}
