// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Benchmarks.Interop;

/// <summary>struct mmsghdr with its msghdr written out (x86-64, see recvmsg(2) and recvmmsg(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct mmsghdr
{
    public void* msg_name;
    public uint msg_namelen;
    public iovec* msg_iov;
    public nuint msg_iovlen;
    public void* msg_control;
    public nuint msg_controllen;
    public int msg_flags;
    private readonly int _endOfMsghdr;
    public uint msg_len;
    private readonly int _endOfMmsghdr;
}
