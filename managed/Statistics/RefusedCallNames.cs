// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Statistics;

/// <summary>Calls that a sandbox refuses, by their names.</summary>
public static class RefusedCallNames
{
    /// <summary>Names the calls of <see cref="LiveState.RefusedCalls"/>.</summary>
    /// <param name="calls">1 sendmmsg, 2 recvmmsg; a page may hold anything.</param>
    /// <returns>Empty: none.</returns>
    public static string Of(int calls) => (calls & 3) switch
    {
        1 => "sendmmsg",
        2 => "recvmmsg",
        3 => "sendmmsg and recvmmsg",
        _ => string.Empty,
    };
}
