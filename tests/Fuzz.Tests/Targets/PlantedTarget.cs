// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fuzz.Tests.Targets;

/// <summary>A bug to be found, so that a test can see that bugs are: in inputs that hold this byte.</summary>
/// <param name="name">Of the target.</param>
/// <param name="endsProcess">It reads one byte too many; else it says something wrong.</param>
internal sealed unsafe class PlantedTarget(string name, bool endsProcess) : FuzzTarget
{
    /// <summary>What the bug needs.</summary>
    public const byte Bug = 0xA5;

    private readonly BoundedMemory _memory = new(1);

    public override string Name => name;

    public override void Run(byte[] input)
    {
        Tally.Frames++;
        if (!input.AsSpan().Contains(Bug))
        {
            Tally.Delivered++;
        }
        else if (endsProcess)
        {
            byte* end = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_memory.AtEnd(1))) + 1;
            Tally.Delivered += System.Threading.Volatile.Read(ref *end);
        }
        else
        {
            throw new InvalidOperationException("the planted bug");
        }
    }

    public override void Dispose()
    {
        _memory.Dispose();
        base.Dispose();
    }
}
