// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Engine;

/// <summary>Makes inputs: from nothing, or from those of the corpus.</summary>
internal static class Mutator
{
    private const int MaximumLength = 8192;

    /// <summary>The next input.</summary>
    public static byte[] Next(ref Generator random, IReadOnlyList<byte[]> corpus, int typicalLength)
    {
        if (corpus.Count == 0 || random.Below(3) == 0)
        {
            // Short ones are small cases, of which many make a second.
            byte[] fresh = new byte[1 + random.Below(1 + random.Below(4 * typicalLength))];
            random.Fill(fresh);
            return fresh;
        }

        List<byte> bytes = [.. corpus[random.Below(corpus.Count)]];
        for (int i = 1 + random.Below(8); i > 0; i--)
        {
            Change(ref random, bytes, corpus);
        }

        return [.. bytes];
    }

    private static void Change(ref Generator random, List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        int at = random.Below(bytes.Count + 1);
        int length = Math.Min(1 + random.Below(16), bytes.Count - at);
        switch (random.Below(7))
        {
            case 0 when length > 0:
                bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1 when length > 0:
                bytes[at] = (byte)random.Next();
                break;
            case 2 when length > 0:
                bytes[at] = (byte)(bytes[at] + random.Below(17) - 8);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4 when bytes.Count < MaximumLength:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5 when bytes.Count < MaximumLength:
                byte[] other = corpus[random.Below(corpus.Count)];
                int from = random.Below(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Below(64), other.Length - from)));
                break;
            case 6 when bytes.Count < MaximumLength:
                byte[] fresh = new byte[1 + random.Below(8)];
                random.Fill(fresh);
                bytes.InsertRange(at, fresh);
                break;
            default:
                break;
        }
    }
}
