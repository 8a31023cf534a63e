// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>A guest that writes what it likes into its rings, its tables and its frames, and its memory in any regions.</summary>
internal sealed class VhostRingTarget : FuzzTarget
{
    public override string Name => "vhost-rings";

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        using RingCase test = new(choices);
        while (!choices.IsOver && !test.IsVague)
        {
            test.Step();
        }

        test.End(Tally);
    }
}
