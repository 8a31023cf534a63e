// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// How long a test waits before it fails. All are far above what is ever seen (a QEMU without a machine starts in
/// 25 ms), so a slow machine does not fail a test; only <see cref="Silence"/> is waited out in full.
/// </summary>
public static class Timeouts
{
    /// <summary>For a process to end.</summary>
    public static readonly TimeSpan Exit = TimeSpan.FromSeconds(60);

    /// <summary>For an answer of QMP.</summary>
    public static readonly TimeSpan Qmp = TimeSpan.FromSeconds(60);

    /// <summary>For a guest to boot, or to run a command.</summary>
    public static readonly TimeSpan Guest = TimeSpan.FromSeconds(120);

    /// <summary>For a frame or a datagram that must arrive.</summary>
    public static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);

    /// <summary>For a frame or a datagram that must not arrive.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);
}
