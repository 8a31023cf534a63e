// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Packets.Offload;

/// <summary>
/// The answer of <see cref="TcpCoalescer.Add"/>. One number and not two: two would be put together in memory, and the
/// read of both at once has to wait until all stores before it are done, those of the copied payload too (12 ns).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoalesceResult
{
    private const int ActionBits = 2;
    private const int ActionMask = (1 << ActionBits) - 1;

    private readonly int _value;

    /// <summary>An answer.</summary>
    /// <param name="action">What to do next.</param>
    /// <param name="flow">Which flow to finish, where the action says to.</param>
    public CoalesceResult(CoalesceAction action, int flow)
    {
        _value = (flow << ActionBits) | (int)action;
    }

    /// <summary>What to do next.</summary>
    public CoalesceAction Action => (CoalesceAction)(_value & ActionMask);

    /// <summary>Which flow to finish, where the action says to.</summary>
    public int Flow => _value >> ActionBits;
}
