// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Targets;

/// <summary>The functions of l2tp_plane.h in any order, against a model of a session.</summary>
internal sealed class CallTarget : FuzzTarget
{
    public override string Name => "calls";

    public override int TypicalLength => 300;

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        CallCase session = new(choices);
        try
        {
            while (!choices.IsOver)
            {
                if (choices.OneIn(40))
                {
                    session.Close(Tally);
                    session.Dispose();
                    session = new CallCase(choices);
                }

                session.Call();
            }

            session.Settle();
            session.Close(Tally);
        }
        finally
        {
            session.Dispose();
        }
    }
}
