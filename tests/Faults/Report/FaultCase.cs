// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace Faults.Report;

/// <summary>What came of one fault.</summary>
/// <param name="Name">The class of fault.</param>
/// <param name="Sent">Frames, copies of them, and datagrams of the test's own.</param>
/// <param name="Delivered">Frames that the guests got.</param>
/// <param name="Dropped">What was dropped and counted: by the line, the kernels, the netdevs.</param>
/// <param name="Unaccounted">The rest; must be 0.</param>
/// <param name="Crashes">QEMUs that ended, and exceptions that were caught.</param>
/// <param name="Recovery">From the end of the cause until frames passed both ways.</param>
/// <param name="MemoryKib">By how much the anonymous memory of a QEMU grew.</param>
public sealed record FaultCase(string Name, long Sent, long Delivered, long Dropped, long Unaccounted, long Crashes, TimeSpan Recovery, long MemoryKib);
