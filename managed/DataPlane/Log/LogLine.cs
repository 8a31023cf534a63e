// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.DataPlane.Log;

/// <summary>
/// The time in which a log line is made. It allocates, a few times a minute at most (<see cref="LogAllowance"/>): a
/// collection that comes of it is none that frames have brought.
/// </summary>
internal readonly ref struct LogLine : IDisposable
{
    /// <summary>Begins a line, or several; `using` ends them.</summary>
    public static LogLine Begin()
    {
        UnexpectedCollections.Begin();
        return default;
    }

    public void Dispose() => UnexpectedCollections.End();
}
