// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>Messages of vhost-user in any order, with any bytes and any descriptors, against the loop of l2tpv3-vhost.</summary>
internal sealed class VhostMessageTarget : FuzzTarget
{
    private readonly VhostCase _case = new();

    public override string Name => "vhost-messages";

    public override int TypicalLength => 200;

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        _case.Connect();
        int before = VhostCase.CountDescriptors();
        VhostMessages messages = new(choices, _case.FrontEnd);
        if (choices.OneIn(2))
        {
            _case.FrontEnd.Start();
        }

        while (!choices.IsOver && !_case.FrontEnd.HasEnded)
        {
            messages.Send();
            _case.Settle();
        }

        _case.Connect();
        Check.Equal((ulong)before, (ulong)VhostCase.CountDescriptors());
        _case.FrontEnd.Start();
        _case.PassFrames(Tally);
    }

    public override void Dispose()
    {
        _case.Dispose();
        base.Dispose();
    }
}
