// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.IO;

namespace Benchmarks.Guests;

/// <summary>What the guest bench is told.</summary>
internal sealed record GuestOptions(
    CommonOptions Common,
    TimeSpan Window,
    IReadOnlyList<int> Streams,
    IReadOnlyList<int> IpVersions,
    DirectoryInfo Image,
    string Accelerator);
