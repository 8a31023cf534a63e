// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Linq;

namespace Peers;

/// <summary>Scripts that cost few processes: each takes a tenth of a second in a lab, more on a busy machine.</summary>
internal static class LabScript
{
    /// <summary>Many commands of ip(8) by one process; ends at the first that fails, and names it.</summary>
    public static string Batch(IEnumerable<string> commands) => $"""
        ip -batch - 2>&1 <<'END_OF_BATCH'
        {string.Join('\n', commands.Select(command => command["ip ".Length..]))}
        END_OF_BATCH
        """;
}
