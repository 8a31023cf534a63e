// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Targets;

/// <summary>Frames of which each may come once, in any order: those of a session that puts them in order itself.</summary>
internal sealed class FramePool : IEqualityComparer<byte[]>
{
    private readonly Dictionary<byte[], int> _frames;

    public FramePool()
    {
        _frames = new Dictionary<byte[], int>(this);
    }

    /// <summary>This one may come.</summary>
    public void Add(byte[] frame)
    {
        byte[] key = FrameOrder.WithoutFreeId(frame);
        _frames[key] = _frames.GetValueOrDefault(key) + 1;
    }

    /// <summary>These have come, as one.</summary>
    public void Take(IReadOnlyList<byte[]> segments)
    {
        foreach (byte[] segment in segments)
        {
            byte[] key = FrameOrder.WithoutFreeId(segment);
            int count = _frames.GetValueOrDefault(key);
            Check.That(count > 0, "a frame that nobody has sent, or that has come before");
            _frames[key] = count - 1;
        }
    }

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        HashCode hash = default;
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
