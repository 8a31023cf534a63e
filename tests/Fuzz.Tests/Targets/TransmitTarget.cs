// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>The guest's bytes: vnet header, frame and iovecs, to the datagrams on the wire.</summary>
internal sealed class TransmitTarget : FuzzTarget
{
    private readonly GuardedPieces _pieces = new();

    public override string Name => "transmit";

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        using TransmitCase test = new(choices, _pieces);
        while (!choices.IsOver)
        {
            test.Send();
        }

        test.End(Tally);
    }

    public override void Dispose()
    {
        _pieces.Dispose();
        base.Dispose();
    }
}
