// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using System.Threading;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// UDP_MAX_SEGMENTS of this kernel: 64, or 128 since 6.10 and in some stable releases before, so the version does not
/// tell. Found by sending that many bytes as that many datagrams to ourselves over loopback.
///
/// What was sent is read back. A kernel before 4.18 does not know UDP_SEGMENT: it takes the control message, ignores it, and
/// sends all as one datagram, which the peer cannot make sense of. Nothing but the datagrams themselves tells the
/// two apart, so without them each datagram is sent alone.
/// </summary>
internal static unsafe class UdpSegmentLimit
{
    private const int Hoped = 128;
    private const int Usual = 64;
    private const int None = 1;
    private const int PatienceMicroseconds = 200_000;
    private static int s_value;

    /// <summary>
    /// Datagrams in one run; 1: this kernel is not known to send runs. What is known is not asked again; where nothing came
    /// back (loopback is down, or filtered) the next netdev asks once more. Two threads may ask at once, and learn the same.
    /// </summary>
    public static int Value
    {
        get
        {
            int known = Volatile.Read(ref s_value);
            if (known > None)
            {
                return known;
            }

            int found = Probe();
            if (found > None)
            {
                Volatile.Write(ref s_value, found);
            }

            return found;
        }
    }

    /// <summary>Asks the kernel.</summary>
    public static int Probe()
    {
        int descriptor = Libc.socket(LinuxConstants.AF_INET, LinuxConstants.SOCK_DGRAM | LinuxConstants.SOCK_CLOEXEC, LinuxConstants.IPPROTO_UDP);
        if (descriptor < 0)
        {
            return None;
        }

        try
        {
            return TryConnectToSelf(descriptor) ? Probe(descriptor) : None;
        }
        finally
        {
            _ = Libc.close(descriptor);
        }
    }

    /// <summary>127.0.0.1, a port of the kernel's choice, which hears nobody else.</summary>
    private static bool TryConnectToSelf(int descriptor)
    {
        byte* address = stackalloc byte[LinuxConstants.sizeof_sockaddr_in] { LinuxConstants.AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
        uint length = LinuxConstants.sizeof_sockaddr_in;
        timeval patience = new() { tv_usec = PatienceMicroseconds };
        // SAFETY: address has the 16 bytes of a sockaddr_in, in and out; the option takes the struct, which lives on this stack.
        return Libc.setsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVTIMEO, &patience, (uint)sizeof(timeval)) == 0
            && Libc.bind(descriptor, address, length) == 0
            && Libc.getsockname(descriptor, address, &length) == 0
            && Libc.connect(descriptor, address, length) == 0;
    }

    private static int Probe(int descriptor)
    {
        // SAFETY: room for the longest run; both callees are told so by Hoped.
        byte* payload = stackalloc byte[Hoped];
        int count = TrySend(descriptor, payload, Hoped) ? Hoped
            : TrySend(descriptor, payload, Usual) ? Usual
            : None;
        return count != None && IsFirstAlone(descriptor, payload) ? count : None;
    }

    /// <summary>The first datagram that comes back is no more than the first of the run.</summary>
    private static bool IsFirstAlone(int descriptor, byte* payload)
    {
        nint length;
        do
        {
            // SAFETY: payload has room for the whole run, were it one datagram.
            length = Libc.recv(descriptor, payload, Hoped, 0);
        }
        while (length < 0 && Errno.Last.IsInterrupted);

        return length == 1;
    }

    /// <summary>By sendmsg: a sandbox may refuse sendmmsg.</summary>
    private static bool TrySend(int descriptor, byte* payload, int count)
    {
        byte* control = stackalloc byte[UdpSegmentation.ControlSize];
        NativeMemory.Clear(payload, (nuint)count);
        NativeMemory.Clear(control, UdpSegmentation.ControlSize);
        UdpSegmentation.WriteControl(control, 1);
        iovec vector = new() { iov_base = payload, iov_len = (nuint)count };
        msghdr message = default;
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = UdpSegmentation.ControlSize;
        // SAFETY: everything the message points to lives on this stack or on the caller's until return.
        return Libc.sendmsg(descriptor, &message, LinuxConstants.MSG_DONTWAIT) == count;
    }
}
