// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks.Offload;

/// <summary>Who moves the bytes.</summary>
internal enum OffloadSubject
{
    /// <summary>The plugin's data plane.</summary>
    Ours,

    /// <summary>A loop of system calls that does nothing else.</summary>
    Bare,
}
