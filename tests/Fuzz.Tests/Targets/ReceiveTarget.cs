// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>The peer's bytes: the whole receive path of a session, from recvmmsg to the guest.</summary>
internal sealed class ReceiveTarget : FuzzTarget
{
    private readonly HostileKernel _kernel = new();

    public override string Name => "receive";

    public override int TypicalLength => 600;

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        using ReceiveCase test = new(choices, _kernel);
        while (!choices.IsOver)
        {
            test.Batch();
        }

        test.End(Tally);
    }

    public override void Dispose()
    {
        _kernel.Dispose();
        base.Dispose();
    }
}
