// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Interop;

/// <summary>Constants of the Linux headers, x86-64, under their C names.</summary>
internal static class LinuxConstants
{
    // sys/socket.h
    internal const int AF_UNSPEC = 0;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOL_SOCKET = 1;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_ATTACH_FILTER = 26;
    internal const int SO_DETACH_FILTER = 27;
    internal const int SO_SNDBUFFORCE = 32;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    // netinet/in.h, linux/l2tp.h
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPPROTO_L2TP = 115;

    // bits/in.h
    internal const int IP_MTU_DISCOVER = 10;
    internal const int IP_MTU = 14;
    internal const int IP_PMTUDISC_DONT = 0;
    internal const int IP_PMTUDISC_WANT = 1;
    internal const int IP_PMTUDISC_DO = 2;
    internal const int IPV6_MTU_DISCOVER = 23;
    internal const int IPV6_MTU = 24;

    // linux/udp.h
    internal const int SOL_UDP = 17;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;

    // netdb.h
    internal const int AI_PASSIVE = 0x1;
    internal const int AI_NUMERICHOST = 0x4;
    internal const int EAI_SYSTEM = -11;

    // linux/bpf_common.h, linux/filter.h
    internal const ushort BPF_LD_W_ABS = 0x20;
    internal const ushort BPF_LD_W_IND = 0x40;
    internal const ushort BPF_LDX_B_MSH = 0xB1;
    internal const ushort BPF_JMP_JEQ_K = 0x15;
    internal const ushort BPF_RET_K = 0x06;
    internal const uint SKF_NET_OFF = 0xFFF0_0000;

    // asm-generic/errno-base.h, errno.h
    internal const int EPERM = 1;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EINVAL = 22;
    internal const int ENONET = 64;
    internal const int EPROTO = 71;
    internal const int EMSGSIZE = 90;
    internal const int ENOPROTOOPT = 92;
    internal const int EOPNOTSUPP = 95;
    internal const int EAFNOSUPPORT = 97;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENETDOWN = 100;
    internal const int ENETUNREACH = 101;
    internal const int ENOBUFS = 105;
    internal const int ECONNREFUSED = 111;
    internal const int EHOSTDOWN = 112;
    internal const int EHOSTUNREACH = 113;
}
