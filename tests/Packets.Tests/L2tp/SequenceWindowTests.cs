// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.L2tp;
using Packets.Tests.Offload;

namespace Packets.Tests.L2tp;

/// <summary>Numbers in, the order in which frames go on out.</summary>
public sealed class SequenceWindowTests
{
    private const uint Last = 0xFF_FFFF;

    private readonly List<uint> _delivered = [];
    private uint[] _slots = [];

    public static TheoryData<uint[], int, uint[], ulong, ulong> Orders => new()
    {
        // numbers, window, delivered, lost, reordered
        { [5, 6, 7], 0, [5, 6, 7], 0, 0 },
        { [5, 7, 8], 0, [5, 7, 8], 1, 0 },
        { [5, 7, 6, 8], 0, [5, 7, 8], 1, 0 },
        { [5, 7, 6, 8], 4, [5, 6, 7, 8], 0, 1 },
        { [5, 8, 7, 6, 9], 4, [5, 6, 7, 8, 9], 0, 2 },
        { [Last - 1, 0, Last, 1], 3, [Last - 1, Last, 0, 1], 0, 1 },

        // The window is 2 frames wide behind the one that is missing: 9 does not fit, so 6 is given up.
        { [5, 7, 9, 8], 3, [5, 7, 8, 9], 1, 1 },
        { [5, 7, 8, 9, 6], 3, [5, 7, 8, 9], 1, 0 },

        // A jump beyond any window.
        { [5, 7, 1000, 1001], 3, [5, 7], 992, 0 },
        { [5, 1000], 0, [5, 1000], 994, 0 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Frames_go_on_in_their_order(uint[] numbers, int size, uint[] delivered, ulong lost, ulong reordered)
    {
        SequenceWindow window = Feed(size, numbers);

        Assert.Equal(delivered, _delivered);
        Assert.Equal(lost, window.Lost);
        Assert.Equal(reordered, window.Reordered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void What_has_been_delivered_is_repeated_and_what_was_given_up_is_late(int size)
    {
        SequenceWindow window = Feed(size, 5, 6, 8);
        window.SkipGap();
        Drain(window);
        Assert.Equal([5u, 6, 8], _delivered);

        Assert.Equal(SequenceVerdict.Repeated, window.Offer(8, out _));
        Assert.Equal(SequenceVerdict.Repeated, window.Offer(5, out _));
        Assert.Equal(SequenceVerdict.Late, window.Offer(7, out _));
        Assert.Equal(SequenceVerdict.Late, window.Offer(Last, out _));
        Assert.Equal(1u, window.Lost);
    }

    [Fact]
    public void What_is_held_is_repeated_when_it_comes_again()
    {
        SequenceWindow window = Feed(4, 5, 7);
        Assert.Equal(SequenceVerdict.Repeated, window.Offer(7, out _));
        Assert.Equal(1, window.Held);
    }

    [Fact]
    public void When_the_time_is_over_the_next_held_frame_goes_on_and_those_behind_it()
    {
        SequenceWindow window = Feed(8, 5, 7, 8, 10);
        Assert.False(window.IsReady);

        window.SkipGap();
        Assert.True(window.IsReady);
        Drain(window);
        Assert.Equal([5u, 7, 8], _delivered);
        Assert.Equal(1u, window.Lost);

        window.SkipGap();
        Drain(window);
        Assert.Equal([5u, 7, 8, 10], _delivered);
        Assert.Equal(2u, window.Lost);
        Assert.Equal(0, window.Held);
    }

    [Fact]
    public void Nothing_is_skipped_when_nothing_is_held()
    {
        SequenceWindow window = Feed(8, 5);
        window.SkipGap();
        Assert.False(window.IsReady);
        Assert.Equal(SequenceVerdict.Deliver, window.Offer(6, out _));
    }

    /// <summary>One number, forged or not, is no evidence for eight million others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(256)]
    public void A_forged_number_makes_no_loss_when_the_old_numbers_go_on(int size)
    {
        uint[] forged = [1001 + 0x7F_0000];
        SequenceWindow window = Feed(size, [1000, .. forged, 1001, 1002, 1003, 1004, 1005, 1006]);
        window.SkipGap();
        Drain(window);
        Assert.Equal([1005u, 1006], _delivered[^2..]);
        Assert.InRange(window.Lost, 0u, (ulong)size);
    }

    [Fact]
    public void Forged_numbers_one_after_the_other_make_no_loss()
    {
        SequenceWindow window = Feed(0, 1000, 0x10_0000, 0x20_0000, 0x30_0000, 0x40_0000, 0x50_0000, 0x60_0000);
        Assert.Equal(0u, window.Lost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_long_gap_is_lost_when_four_more_frames_have_gone_on_behind_it(int size)
    {
        SequenceWindow window = Feed(size, 1000, 90_000, 90_001, 90_002, 90_003);
        window.SkipGap();
        Drain(window);
        Assert.InRange(window.Lost, 0u, (ulong)size);
        Feed(window, 90_004);
        Assert.Equal(90_000u - 1001, window.Lost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_peer_that_counts_from_0_again_behind_half_of_all_numbers_has_lost_nothing(int size)
    {
        SequenceWindow window = Feed(size, Last - 5000, 0, 1, 2, 3, 4, 5);
        window.SkipGap();
        Drain(window);
        Assert.InRange(window.Lost, 0u, (ulong)size);
        Assert.Equal(5u, _delivered[^1]);
    }

    /// <summary>As Linux has it (l2tp_recv_data_seq): the fifth of a row is believed.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_peer_that_begins_anew_is_believed_at_its_fifth_frame(int size)
    {
        SequenceWindow window = Feed(size, 100_000, 0, 1, 2, 3, 4, 5);
        Assert.Equal([100_000u, 4, 5], _delivered);
        Assert.Equal(0u, window.Lost);
    }

    /// <summary>The fifth one is all that is left of the new ones, as without a window; of the old ones nothing is lost.</summary>
    [Fact]
    public void What_is_held_goes_on_before_a_peer_that_begins_anew()
    {
        SequenceWindow window = Feed(8, 100_000, 100_002, 100_003, 100_006, 0, 1, 2, 3, 4, 5);
        Assert.Equal([100_000u, 100_002, 100_003, 100_006, 4, 5], _delivered);
        Assert.Equal(3u, window.Lost);
        Assert.Equal(0, window.Held);
    }

    /// <summary>Peers that begin anew at any moment, and strays: each frame goes on once, or is refused.</summary>
    [Fact]
    public void Of_any_numbers_each_frame_goes_on_or_is_refused()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            byte[] noise = Noise.Bytes(1001, seed);
            SequenceWindow window = new(noise[1000] % 12);
            int[] slots = new int[window.SlotCount];
            List<int> gone = [];
            uint next = 5000;
            for (int i = 0; i < 500; i++)
            {
                next = noise[i] switch { < 10 => noise[500 + i] * 100u, < 40 => next + 2, < 60 => next + 9, _ => next + 1 };
                uint number = noise[i] is >= 100 and < 120 ? next - 3 : next;
                SequenceVerdict verdict = window.Offer(number & Last, out int slot);
                if (verdict == SequenceVerdict.Hold)
                {
                    slots[slot] = i;
                }
                else
                {
                    gone.Add(i);
                }

                Take(window, slots, gone);
                if (noise[500 + i] < 20)
                {
                    window.SkipGap();
                    Take(window, slots, gone);
                }
            }

            while (window.Held != 0)
            {
                window.SkipGap();
                Take(window, slots, gone);
            }

            Assert.Equal(Enumerable.Range(0, 500), gone.Order());
        }

        static void Take(SequenceWindow window, int[] slots, List<int> gone)
        {
            while (window.TryTake(out int slot))
            {
                gone.Add(slots[slot]);
            }
        }
    }

    [Fact]
    public void Late_frames_that_are_no_row_do_not_move_the_window()
    {
        Feed(0, 100_000, 0, 2, 4, 6, 8, 10, 100_001);
        Assert.Equal([100_000u, 100_001], _delivered);
    }

    [Fact]
    public void A_window_that_was_cleared_holds_nothing_and_goes_on()
    {
        SequenceWindow window = Feed(4, 5, 7, 8);
        window.Clear();
        Assert.Equal(0, window.Held);
        Assert.Equal(SequenceVerdict.Deliver, window.Offer(6, out _));
        Drain(window);
        Assert.Equal([5u], _delivered);
    }

    /// <summary>Whatever the order within the window, nothing is lost; across the end of the numbers too.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(256)]
    public void Any_order_within_the_window_is_put_right(int size)
    {
        uint[] numbers = [.. Enumerable.Range(0, 5000).Select(i => (Last - 2500 + (uint)i) & Last)];
        uint[] shuffled = [.. numbers];
        for (int start = 1; start + size <= shuffled.Length; start += size)
        {
            MemoryExtensions.Sort(Noise.Bytes(size, start).AsSpan(), shuffled.AsSpan(start, size));
        }

        SequenceWindow window = Feed(size, shuffled);

        Assert.Equal(numbers, _delivered);
        Assert.Equal(0u, window.Lost);
    }

    /// <summary>Losses, repetitions and jumps at random: never out of order, never twice, and nothing stays behind.</summary>
    [Fact]
    public void Of_any_numbers_each_goes_on_at_most_once_and_in_order()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            _delivered.Clear();
            byte[] noise = Noise.Bytes(1501, seed);
            int size = noise[1500] % 20;
            uint next = 1000;
            List<uint> numbers = [next];
            for (int i = 0; i < 500; i++)
            {
                next += noise[i] % 3u;
                numbers.Add(next - (noise[500 + i] % 6u) + (noise[1000 + i] < 5 ? 8u : 0));
            }

            SequenceWindow window = Feed(size, [.. numbers]);
            while (window.Held != 0)
            {
                window.SkipGap();
                Drain(window);
            }

            Assert.Equal(_delivered.Order().Distinct(), _delivered);
            Assert.Equal((ulong)(_delivered[^1] - _delivered[0] + 1), window.Lost + (ulong)_delivered.Count);
        }
    }

    private SequenceWindow Feed(int size, params uint[] numbers)
    {
        SequenceWindow window = new(size);
        _slots = new uint[window.SlotCount];
        Feed(window, numbers);
        return window;
    }

    private void Feed(SequenceWindow window, params uint[] numbers)
    {
        foreach (uint number in numbers)
        {
            switch (window.Offer(number, out int slot))
            {
                case SequenceVerdict.Deliver:
                    _delivered.Add(number);
                    break;
                case SequenceVerdict.Hold:
                    _slots[slot] = number;
                    break;
            }

            Drain(window);
        }
    }

    private void Drain(SequenceWindow window)
    {
        while (window.TryTake(out int slot))
        {
            _delivered.Add(_slots[slot]);
        }
    }
}
