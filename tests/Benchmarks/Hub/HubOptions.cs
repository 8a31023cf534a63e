// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.IO;

namespace Benchmarks.Hub;

/// <summary>The command line of the hub bench.</summary>
internal sealed record HubOptions(
    TimeSpan Window,
    int Rounds,
    IReadOnlyList<int> Sizes,
    IReadOnlyList<Backend> Backends,
    bool GsoSender,
    FileInfo Plugin,
    string Qemu,
    DirectoryInfo Output);
