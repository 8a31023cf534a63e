// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks;

/// <summary>Who stands for the guest on the hub.</summary>
internal enum GuestSide
{
    /// <summary>
    /// A tap. QEMU pays a system call a frame for it, read(2) or write(2), whatever the netdev under test does.
    /// </summary>
    Tap,

    /// <summary>
    /// Almost nothing, so that the netdev under test is what is measured: frames to transmit come from a unix stream socket,
    /// hundreds a system call; received frames end at a netdev whose link is down.
    /// </summary>
    Bare,
}
