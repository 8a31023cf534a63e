// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.IO;

namespace Benchmarks;

/// <summary>What every bench is told.</summary>
internal sealed record CommonOptions(
    int Rounds,
    IReadOnlyList<Backend> Backends,
    FileInfo Plugin,
    string Settings,
    string Qemu,
    bool RealTime,
    DirectoryInfo Output);
