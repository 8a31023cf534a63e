// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.L2tp;

/// <summary>What holds for any session and any bytes. A failure prints the seed that repeats it.</summary>
public sealed class EncapsulationProperties
{
    private static readonly Gen<SessionParameters> s_parameters =
        from carrier in Gen.Elements(Enum.GetValues<Carrier>())
        from counter in Gen.Elements(Enum.GetValues<CounterMode>())
        from cookieLength in Gen.Elements(0, 4, 8)
        from offset in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, SessionParameters.MaximumOffset))
        from transmitSessionId in ArbMap.Default.GeneratorFor<uint>()
        from receiveSessionId in ArbMap.Default.GeneratorFor<uint>()
        from transmitCookie in ArbMap.Default.GeneratorFor<ulong>()
        from receiveCookie in ArbMap.Default.GeneratorFor<ulong>()
        select new SessionParameters
        {
            Carrier = carrier,
            Counter = counter,
            CookieLength = cookieLength,
            Offset = offset,
            TransmitSessionId = transmitSessionId,
            ReceiveSessionId = receiveSessionId,
            TransmitCookie = transmitCookie,
            ReceiveCookie = receiveCookie,
        };

    private static readonly Gen<byte[]> s_bytes = ArbMap.Default.GeneratorFor<byte[]>();

    private static readonly Gen<byte[]> s_frames =
        from length in Gen.Choose(14, 1514)
        from frame in Gen.Choose(0, 255).ArrayOf(length)
        select Array.ConvertAll(frame, value => (byte)value);

    [Fact]
    public void A_frame_that_one_end_writes_is_the_frame_that_the_other_end_opens()
    {
        Prop.ForAll(s_parameters.ToArbitrary(), s_frames.ToArbitrary(), (parameters, frame) =>
        {
            Encapsulation writer = new(parameters);
            byte[] header = new byte[writer.HeaderLength];
            writer.Write(header);
            byte[] datagram = [.. TestSession.IpHeaderOf(parameters.Carrier), .. header, .. frame];

            DropReason reason = new Encapsulation(TestSession.Peer(parameters)).TryOpen(datagram, out int frameOffset);

            return reason == DropReason.None && datagram.AsSpan(frameOffset).SequenceEqual(frame);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_bytes_are_judged_without_an_exception_and_never_yield_a_frame_outside_them()
    {
        Prop.ForAll(s_parameters.ToArbitrary(), s_bytes.ToArbitrary(), (parameters, bytes) =>
        {
            using BoundedMemory memory = new(bytes.Length);
            DropReason reason = new Encapsulation(parameters).TryOpen(memory.CopyToEnd(bytes), out int frameOffset);
            return reason != DropReason.None || frameOffset <= bytes.Length - 14;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Random bytes alone never get past the session id; a damaged datagram does.</summary>
    [Fact]
    public void A_datagram_with_random_damage_never_yields_a_frame_outside_it()
    {
        Prop.ForAll(s_parameters.ToArbitrary(), s_frames.ToArbitrary(), s_bytes.ToArbitrary(), (parameters, frame, damage) =>
        {
            byte[] datagram = [.. TestSession.IpHeaderOf(parameters.Carrier), .. TestSession.HeaderOf(TestSession.Peer(parameters)), .. frame];
            foreach (byte place in damage)
            {
                datagram[place % datagram.Length] ^= place;
            }

            using BoundedMemory memory = new(datagram.Length);
            DropReason reason = new Encapsulation(parameters).TryOpen(memory.CopyToEnd(datagram), out int frameOffset);
            return reason != DropReason.None || frameOffset <= datagram.Length - 14;
        }).QuickCheckThrowOnFailure();
    }
}
