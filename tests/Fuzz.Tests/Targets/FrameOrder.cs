// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;

namespace Fuzz.Tests.Targets;

/// <summary>Frames that must come byte for byte: those of one TCP connection in their order, and all others in theirs.</summary>
internal sealed class FrameOrder
{
    private const string Others = "";
    private readonly Dictionary<string, Queue<byte[]>> _waiting = new(StringComparer.Ordinal) { [Others] = new() };

    /// <summary>Some may be missing, which is counted; the others are still in order.</summary>
    public bool MayMiss { get; init; }

    /// <summary>How many others have come before those.</summary>
    public long Missed { get; private set; }

    /// <summary>How many have not come yet.</summary>
    public long Waiting => _waiting.Values.Sum(queue => (long)queue.Count);

    /// <summary>This one is to come.</summary>
    /// <param name="sent">As it was sent.</param>
    /// <param name="padded">As it is delivered.</param>
    public void Add(byte[] sent, byte[] padded)
    {
        string key = KeyOf(sent);
        if (!_waiting.TryGetValue(key, out Queue<byte[]>? queue))
        {
            _waiting[key] = queue = new Queue<byte[]>();
        }

        queue.Enqueue(padded);
    }

    /// <summary>These have come, as one.</summary>
    public void Take(IReadOnlyList<byte[]> segments)
    {
        if (segments.Count == 1)
        {
            Queue<byte[]> others = _waiting[Others];
            string key = KeyOf(segments[0]);
            bool isOther = key.Length != 0 && others.Count != 0 && others.Peek().AsSpan().SequenceEqual(segments[0]);
            Check.Equal(Next(isOther ? Others : key, segments[0], frame => frame), segments[0], "a frame");
            return;
        }

        foreach (byte[] segment in segments)
        {
            byte[] expected = Next(KeyOf(segment), WithoutFreeId(segment), WithoutFreeId);
            Check.Equal(WithoutFreeId(expected), WithoutFreeId(segment), "a segment of a large frame");
        }
    }

    /// <summary>
    /// With DF set the identification means nothing (RFC 6864, 4.1), and GRO joins segments that all have the same: then cutting
    /// again counts it up.
    /// </summary>
    public static byte[] WithoutFreeId(byte[] frame)
    {
        if (SlowPacket.TryRead(frame) is not { Version: 4, IsTcp: true } packet || (frame[packet.Network + 6] & 0x40) == 0)
        {
            return frame;
        }

        byte[] copy = [.. frame];
        copy.AsSpan(packet.Network + 4, 2).Clear();
        copy.AsSpan(packet.Network + 10, 2).Clear();
        return copy;
    }

    private static string KeyOf(byte[] frame) => SlowPacket.TryRead(frame) is { IsTcp: true } packet ? packet.FlowKey : Others;

    private byte[] Next(string key, byte[] came, Func<byte[], byte[]> view)
    {
        while (_waiting.TryGetValue(key, out Queue<byte[]>? queue) && queue.TryDequeue(out byte[]? frame))
        {
            if (!MayMiss || view(frame).AsSpan().SequenceEqual(came))
            {
                return frame;
            }

            Missed++;
        }

        throw new InvalidOperationException("a frame that nobody has sent, or that has come before");
    }
}
