// SPDX-License-Identifier: GPL-2.0-or-later
namespace Fuzz.Tests.Engine;

/// <summary>What became of the frames of some cases.</summary>
internal sealed class Tally
{
    public long Cases { get; set; }

    /// <summary>Frames that the guest or the peer has sent.</summary>
    public long Frames { get; set; }

    /// <summary>Those that arrived, and were what they had to be.</summary>
    public long Delivered { get; set; }

    /// <summary>Those that a drop counter has.</summary>
    public long Dropped { get; set; }

    /// <summary>Those that are nowhere. Anything but 0 is a bug.</summary>
    public long Unaccounted => Frames - Delivered - Dropped;

    public void Add(Tally other)
    {
        Cases += other.Cases;
        Frames += other.Frames;
        Delivered += other.Delivered;
        Dropped += other.Dropped;
    }
}
