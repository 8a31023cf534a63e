// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace Fuzz.Tests.Engine;

/// <summary>
/// An input of the fuzzer as a series of choices: each byte decides something, and when they are used up every choice is 0. So any
/// bytes are a case, a change of one byte changes one choice, and a shorter input is a smaller case.
/// </summary>
internal sealed class Choices(byte[] input)
{
    private int _at;

    /// <summary>All bytes have been used.</summary>
    public bool IsOver => _at >= input.Length;

    public byte Byte() => IsOver ? (byte)0 : input[_at++];

    public ushort UInt16() => (ushort)(Byte() | (Byte() << 8));

    public uint UInt32() => UInt16() | ((uint)UInt16() << 16);

    public ulong UInt64() => UInt32() | ((ulong)UInt32() << 32);

    /// <summary>A number from 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(end switch
    {
        <= 1 => 0u,
        <= 1 << 8 => (uint)(Byte() % end),
        <= 1 << 16 => (uint)(UInt16() % end),
        _ => UInt32() % (uint)end,
    });

    /// <summary>A number between two, both included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>Yes, once in so many times; never when the input is over.</summary>
    public bool OneIn(int times) => Below(times) == times - 1;

    /// <summary>One of some values.</summary>
    public T Of<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>A length of a frame: mostly short, often of a full packet, seldom as long as any.</summary>
    public int Length() => Below(16) switch
    {
        < 6 => Between(0, 100),
        < 11 => Between(14, 1600),
        < 13 => Of(13, 14, 59, 60, 61, 64, 65, 127, 128, 1499, 1500, 1514, 1518, 2047, 2048, 2049),
        < 15 => Between(1000, 9100),
        _ => Between(9000, 70_000),
    };

    /// <summary>Bytes that the input has itself, so that each can be changed alone.</summary>
    public byte[] Literal(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = Byte();
        }

        return bytes;
    }

    /// <summary>Many bytes that two of the input stand for.</summary>
    public byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Generator(UInt16()).Fill(bytes);
        return bytes;
    }

    /// <summary>Changes some bytes, most of them near the beginning, where the headers are.</summary>
    public void Damage(Span<byte> bytes)
    {
        for (int i = Between(1, 4); i > 0 && !bytes.IsEmpty; i--)
        {
            int place = OneIn(8) ? Below(bytes.Length) : Below(Math.Min(bytes.Length, 128));
            bytes[place] = OneIn(2) ? Of<byte>(0, 1, 0x7F, 0x80, 0xFF) : Byte();
        }
    }

    /// <summary>A word of a header: any, or one at the border of something.</summary>
    public ushort Field() => Below(4) switch
    {
        0 => UInt16(),
        1 => (ushort)Below(100),
        2 => Of<ushort>(0, 1, 7, 8, 9, 14, 16, 34, 54, 74, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF),
        _ => Of<ushort>(536, 1400, 1448, 1460, 9000, 16_384, 65_000),
    };

    /// <summary>Reads a big-endian word where the input is to be seen as bytes of the wire.</summary>
    public static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
