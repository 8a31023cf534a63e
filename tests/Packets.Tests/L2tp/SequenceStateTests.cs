// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

/// <summary>The table at the head of SequenceWindow: what each step gives, and the state behind it.</summary>
public sealed class SequenceStateTests
{
    private readonly Dictionary<int, uint> _slots = [];

    /// <summary>
    /// Steps: a number is offered; take, skip and clear are the calls of these names. What a step gives: the verdict on a number, the
    /// number of the frame that was taken or a dash, and the state.
    /// </summary>
    public static TheoryData<string, int, string, string> Steps => new()
    {
        { "nothing has come", 4, "take skip clear take", "- Unnumbered, Unnumbered, Unnumbered, - Unnumbered" },
        { "the first number", 4, "5 take 6 take", "Deliver InOrder, - InOrder, Deliver InOrder, - InOrder" },
        { "the first number, no window", 0, "5 take 9 take 7", "Deliver InOrder, - InOrder, Deliver InOrder, - InOrder, Late InOrder" },

        { "the missing frame comes", 4, "5 7 take 6 take take", "Deliver InOrder, Hold InOrder, - InOrder, Deliver InOrder, 7 InOrder, - InOrder" },
        { "nothing is missing", 4, "5 skip 6", "Deliver InOrder, InOrder, Deliver InOrder" },
        { "what is held is forgotten", 4, "5 7 clear take 6 take", "Deliver InOrder, Hold InOrder, InOrder, - InOrder, Deliver InOrder, - InOrder" },

        { "the time is over", 8, "5 8 10 skip take take", "Deliver InOrder, Hold InOrder, Hold InOrder, Skipping, 8 InOrder, - InOrder" },
        { "the time is over twice", 8, "5 8 10 skip skip take skip take", "Deliver InOrder, Hold InOrder, Hold InOrder, Skipping, Skipping, 8 InOrder, Skipping, 10 InOrder" },
        { "the time is over while frames are in turn", 8, "5 7 8 10 6 skip take take take", "Deliver InOrder, Hold InOrder, Hold InOrder, Hold InOrder, Deliver InOrder, Skipping, 7 InOrder, 8 InOrder, - InOrder" },
        { "what is skipped to is forgotten", 8, "5 8 skip clear take 6", "Deliver InOrder, Hold InOrder, Skipping, InOrder, - InOrder, Deliver InOrder" },

        { "too far ahead", 4, "5 7 20 take take 17", "Deliver InOrder, Hold InOrder, Hold Moving, 7 Moving, - InOrder, Deliver InOrder" },
        { "a little too far ahead", 4, "5 7 9 take 8 take take", "Deliver InOrder, Hold InOrder, Hold InOrder, - InOrder, Hold InOrder, - InOrder, - InOrder" },
        { "too far ahead by one", 3, "5 7 9 take take 8 take", "Deliver InOrder, Hold InOrder, Hold Moving, 7 InOrder, - InOrder, Deliver InOrder, 9 InOrder" },
        { "too far ahead with nothing held", 4, "5 20 take 17 18 19 take", "Deliver InOrder, Hold Moving, - InOrder, Deliver InOrder, Deliver InOrder, Deliver InOrder, 20 InOrder" },
        { "the time is over while the window moves", 8, "5 7 10 30 take skip take take 14", "Deliver InOrder, Hold InOrder, Hold InOrder, Hold Moving, 7 Moving, Moving, 10 Moving, - InOrder, Late InOrder" },
        { "what is too far ahead is forgotten", 4, "5 7 20 clear take 6", "Deliver InOrder, Hold InOrder, Hold Moving, InOrder, - InOrder, Deliver InOrder" },

        { "the peer begins anew", 8, "9000 0 1 2 3 4 take 5", "Deliver InOrder, Late InOrder, Late InOrder, Late InOrder, Late InOrder, Deliver InOrder, - InOrder, Deliver InOrder" },
        { "the peer begins anew, frames are held", 8, "9000 9003 9005 0 1 2 3 4 take take take take 5", "Deliver InOrder, Hold InOrder, Hold InOrder, Late InOrder, Late InOrder, Late InOrder, Late InOrder, Hold Restarting, 9003 Restarting, 9005 Restarting, 4 InOrder, - InOrder, Deliver InOrder" },
        { "the time is over while the peer begins anew", 8, "9000 9003 0 1 2 3 4 skip take skip take take", "Deliver InOrder, Hold InOrder, Late InOrder, Late InOrder, Late InOrder, Late InOrder, Hold Restarting, Restarting, 9003 Restarting, Restarting, 4 InOrder, - InOrder" },
        { "the new numbers are forgotten", 8, "9000 9003 0 1 2 3 4 clear take 9001", "Deliver InOrder, Hold InOrder, Late InOrder, Late InOrder, Late InOrder, Late InOrder, Hold Restarting, InOrder, - InOrder, Deliver InOrder" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Each_step_gives_what_the_table_says(string name, int size, string steps, string expected)
    {
        SequenceWindow window = new(size);
        List<string> given = [];
        foreach (string step in steps.Split(' '))
        {
            given.Add($"{Do(window, step)}{window.State}");
        }

        Assert.Equal($"{name}: {expected}", $"{name}: {string.Join(", ", given)}");
    }

    private string Do(SequenceWindow window, string step)
    {
        switch (step)
        {
            case "take":
                return window.TryTake(out int taken) ? $"{_slots[taken]} " : "- ";
            case "skip":
                window.SkipGap();
                return string.Empty;
            case "clear":
                window.Clear();
                return string.Empty;
            default:
                uint number = uint.Parse(step, CultureInfo.InvariantCulture);
                SequenceVerdict verdict = window.Offer(number, out int slot);
                _slots[slot] = number;
                return $"{verdict} ";
        }
    }
}
