// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>Two sessions and the kernel between them: what one guest sends, the other one gets, over UDP and raw IP, with and without runs.</summary>
internal sealed class WireTarget : FuzzTarget
{
    private readonly Lab _lab = new();

    public override string Name => "wire";

    public override int TypicalLength => 200;

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        using WireCase test = new(choices, _lab);
        while (!choices.IsOver)
        {
            test.Burst();
        }

        test.End(Tally);
    }

    public override void Dispose()
    {
        _lab.Dispose();
        base.Dispose();
    }
}
