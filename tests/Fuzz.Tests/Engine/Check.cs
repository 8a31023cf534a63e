// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;

namespace Fuzz.Tests.Engine;

/// <summary>What must hold in each of a million cases: nothing is formatted while it does.</summary>
internal static class Check
{
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    public static void Equal(ulong expected, ulong found, [CallerArgumentExpression(nameof(found))] string what = "")
    {
        if (expected != found)
        {
            throw new InvalidOperationException($"{what} is {found}, not {expected}");
        }
    }

    public static void Equal(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, string what)
    {
        if (!expected.SequenceEqual(found))
        {
            int at = expected.CommonPrefixLength(found);
            throw new InvalidOperationException($"{what}: {found.Length} bytes for {expected.Length}, other ones from {at} on\n{Hex(expected)}\n{Hex(found)}");
        }
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes[..Math.Min(bytes.Length, 200)]);
}
