// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vhost.Tests.Kit;

namespace Fuzz.Tests.Targets;

/// <summary>Messages, most of them nearly sound: a header and a payload that fit the request, with a number or a descriptor that does not.</summary>
internal sealed class VhostMessages(Choices choices, TestFrontEnd frontEnd)
{
    private const int HeaderSize = 12;
    private const int LastRequest = 45;
    private const int MostDescriptors = 28;

    public void Send()
    {
        uint request = choices.OneIn(20) ? choices.UInt32() : (uint)choices.Below(LastRequest);
        byte[] payload = Payload(request);
        byte[] message = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, request);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), choices.OneIn(20) ? choices.UInt32() : choices.Of(1u, 1u | TestFrontEnd.NeedReply));
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), choices.OneIn(30) ? choices.UInt32() : (uint)payload.Length);
        payload.CopyTo(message.AsSpan(HeaderSize));
        if (choices.OneIn(30))
        {
            choices.Damage(message);
        }

        int cut = choices.OneIn(10) ? choices.Below(message.Length) : 0;
        int[] descriptors = Descriptors(request);
        if (cut != 0)
        {
            frontEnd.SendBytes(message.AsSpan(0, cut));
        }

        frontEnd.SendBytes(message.AsSpan(cut), descriptors);
    }

    private byte[] Payload(uint request) => request switch
    {
        2 or 16 or 20 or 39 => Numbers(choices.OneIn(4) ? choices.UInt64() : choices.Of<ulong>(0UL, 0x1901f, 0x4000_0000, 0x1_7000_8000, 0x1_3000_8000, 1500, 15)),
        5 => Table(),
        6 => Numbers(Size(), Offset()),
        8 => Numbers(Ring() | ((ulong)choices.Of<uint>(64, 1, 2, 8, 63, 256, 32_768, 65_536) << 32)),
        9 => Numbers(Ring() | (choices.Of<ulong>(0UL, 0, 1) << 32), RingAddress(), RingAddress(), RingAddress(), choices.OneIn(4) ? choices.UInt64() : 0),
        10 or 11 or 18 => Numbers(Ring() | ((ulong)choices.Of<uint>(1, 0, 3, 0xFFFF, 0x1_0000) << 32)),
        12 or 13 or 14 => Numbers(Ring() | choices.Of<ulong>(0UL, 0, 0, 0x100)),
        31 or 32 => Numbers(Size(), Offset(), choices.Of<ulong>(2UL, 2, 2, 0, 3) | ((ulong)choices.Of<ushort>(64, 64, 8, 128, 0, 32_768) << 16)),
        37 or 38 => Numbers([0, .. Region()]),
        _ => choices.OneIn(3) ? choices.Literal(choices.Below(60)) : choices.OneIn(2) ? Numbers(choices.UInt64()) : [],
    };

    private byte[] Table()
    {
        int count = choices.Of(1, 1, 2, 0, 8, 9);
        List<ulong> numbers = [choices.OneIn(10) ? choices.UInt32() : (ulong)count];
        for (int i = 0; i < Math.Min(count, 9); i++)
        {
            numbers.AddRange(Region());
        }

        return Numbers([.. numbers]);
    }

    private ulong[] Region() => choices.OneIn(3)
        ? [choices.OneIn(4) ? choices.UInt64() : GuestRam.GuestAddress, Size(), choices.OneIn(4) ? choices.UInt64() : GuestRam.UserAddress, Offset()]
        : [GuestRam.GuestAddress, (ulong)frontEnd.Ram.Size, GuestRam.UserAddress, 0];

    /// <summary>Those that the request takes; now and then others, of other kinds, or more.</summary>
    private int[] Descriptors(uint request)
    {
        int count = request is 12 or 13 or 14 or 5 or 6 or 32 or 37 ? 1 : 0;
        count = choices.OneIn(6) ? choices.Of(0, 1, 2, 8, 9, 10, MostDescriptors) : count;
        int[] all = new int[count];
        for (int i = 0; i < count; i++)
        {
            bool isEvent = request is 12 or 13 or 14;
            all[i] = choices.OneIn(5) || isEvent
                ? choices.Of(frontEnd.ReceiveKick, frontEnd.TransmitKick, frontEnd.ReceiveCall, frontEnd.TransmitCall).Number
                : frontEnd.Ram.Descriptor;
            all[i] = isEvent && choices.OneIn(8) ? frontEnd.Ram.Descriptor : all[i];
        }

        return all;
    }

    private ulong Ring() => choices.Of<ulong>(0UL, 1, 0, 1, 0, 1, 2, 255);

    private ulong Size() => choices.OneIn(6) ? choices.UInt64() : choices.Of<ulong>(4096UL, 0, 1, 2176, 0x10_000, 4 << 20, (4 << 20) + 1, 1UL << 40, ulong.MaxValue);

    private ulong Offset() => choices.OneIn(8) ? choices.UInt64() : choices.Of<ulong>(0UL, 0, 4096, 64, 1, (4 << 20) - 4096, ulong.MaxValue);

    private ulong RingAddress() => choices.OneIn(10) ? choices.UInt64() : GuestRam.UserAddress + ((ulong)choices.Below(0x400) << 12) + choices.Of<ulong>(0UL, 0, 0, 2, 16);

    private static byte[] Numbers(params ulong[] numbers) => MemoryMarshal.AsBytes<ulong>(numbers).ToArray();
}
