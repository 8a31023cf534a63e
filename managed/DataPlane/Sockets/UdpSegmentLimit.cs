// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// UDP_MAX_SEGMENTS of this kernel: 64, or 128 since 6.10 and in some stable releases before, so the version does not
/// tell. Found by sending 128 bytes as 128 datagrams to ourselves over loopback, once per process.
/// </summary>
internal static unsafe class UdpSegmentLimit
{
    private const int Certain = 64;
    private const int Hoped = 128;
    private static int s_value;

    /// <summary>Datagrams in one run.</summary>
    public static int Value
    {
        get
        {
            if (s_value == 0)
            {
                s_value = Probe() ? Hoped : Certain;
            }

            return s_value;
        }
    }

    private static bool Probe()
    {
        int descriptor = Libc.socket(
            LinuxConstants.AF_INET,
            LinuxConstants.SOCK_DGRAM | LinuxConstants.SOCK_CLOEXEC | LinuxConstants.SOCK_NONBLOCK,
            LinuxConstants.IPPROTO_UDP);
        if (descriptor < 0)
        {
            return false;
        }

        try
        {
            // 127.0.0.1, a port of the kernel's choice.
            byte* address = stackalloc byte[LinuxConstants.sizeof_sockaddr_in] { LinuxConstants.AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
            uint length = LinuxConstants.sizeof_sockaddr_in;
            // SAFETY: address has the 16 bytes of a sockaddr_in, in and out.
            return Libc.bind(descriptor, address, length) == 0
                && Libc.getsockname(descriptor, address, &length) == 0
                && Libc.connect(descriptor, address, length) == 0
                && SendRun(descriptor);
        }
        finally
        {
            _ = Libc.close(descriptor);
        }
    }

    private static bool SendRun(int descriptor)
    {
        byte* payload = stackalloc byte[Hoped];
        byte* control = stackalloc byte[UdpSegmentation.ControlSize];
        NativeMemory.Clear(payload, Hoped);
        NativeMemory.Clear(control, UdpSegmentation.ControlSize);
        UdpSegmentation.WriteControl(control, 1);
        iovec vector = new() { iov_base = payload, iov_len = Hoped };
        mmsghdr message = default;
        message.msg_hdr.msg_iov = &vector;
        message.msg_hdr.msg_iovlen = 1;
        message.msg_hdr.msg_control = control;
        message.msg_hdr.msg_controllen = UdpSegmentation.ControlSize;
        // SAFETY: everything the message points to is on this stack until return.
        return Libc.sendmmsg(descriptor, &message, 1, LinuxConstants.MSG_DONTWAIT) == 1;
    }
}
