// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace Fuzz.Tests.Targets;

/// <summary>What a guest sends, from what Linux does to what no driver would.</summary>
internal sealed class GuestChoices(Choices choices)
{
    private const int MaximumUdpSegments = 128;
    private readonly FrameChoices _frames = new(choices);

    /// <summary>The next frame.</summary>
    /// <param name="mayBeRaw">Frames without a vnet header are told from others.</param>
    public GuestFrame Next(bool mayBeRaw)
    {
        bool isRaw = mayBeRaw && choices.OneIn(12);
        switch (choices.Below(8))
        {
            case < 3:
                return Offloaded() with { IsRaw = isRaw };
            case 3:
                return Damaged(Offloaded()) with { IsRaw = isRaw };
            case 4:
                return new GuestFrame(Header(), _frames.Any(), IsGood: false, isRaw);
            case 5:
                return new GuestFrame(Header(), choices.Noise(choices.OneIn(20) ? choices.Between(65_000, 150_000) : choices.Length()), IsGood: false, isRaw);
            default:
                byte[] frame = _frames.Any();
                return new GuestFrame(default, frame, frame.Length is >= 14 and < 60_000, isRaw);
        }
    }

    /// <summary>A large packet with the vnet header that belongs to it.</summary>
    private GuestFrame Offloaded()
    {
        TestPacket packet = _frames.Large();
        int size = choices.Of(1448, 1400, 536, 8, 9, 100, 9000, choices.Between(8, 20_000));
        if (choices.OneIn(4) && packet.FieldSum == FieldSum.PseudoHeader)
        {
            VnetHeader checksumOnly = packet.Vnet(0) with { GsoType = GsoType.None };
            return new GuestFrame(checksumOnly, packet.ToFrame(), IsGood: true, IsRaw: false);
        }

        VnetHeader header = packet.Vnet(size);
        bool isEcn = packet.IsTcp && packet.Control.HasFlag(TcpControl.Cwr);
        header = isEcn ? header with { GsoType = header.GsoType | GsoType.Ecn } : header;
        bool isGood = packet.IsTcp || packet.Payload.Length <= MaximumUdpSegments * size;
        return new GuestFrame(header, packet.ToFrame(), isGood, IsRaw: false);
    }

    private GuestFrame Damaged(GuestFrame good)
    {
        byte[] frame = good.Frame;
        VnetHeader header = good.Vnet;
        switch (choices.Below(6))
        {
            case 0:
                header = Header();
                break;
            case 1:
                header = header with { GsoSize = choices.Of<ushort>(0, 1, 2, 7, 0xFFFE, 0xFFFF, choices.UInt16()) };
                break;
            case 2 when choices.OneIn(2):
                // Its field ends just before, at or behind the end of the frame.
                header = header with { GsoType = GsoType.None, Flags = 1, CsumOffset = (ushort)(frame.Length - header.CsumStart - choices.Below(4)) };
                break;
            case 2:
                header = header with { CsumStart = choices.Field(), CsumOffset = choices.OneIn(2) ? choices.Field() : header.CsumOffset };
                break;
            case 3:
                header = header with { GsoType = (GsoType)choices.Byte(), Flags = choices.Byte() };
                break;
            case 4:
                frame = frame[..Math.Min(frame.Length, choices.Below(200))];
                break;
            default:
                choices.Damage(frame);
                break;
        }

        return new GuestFrame(header, frame, IsGood: false, IsRaw: false);
    }

    /// <summary>Any vnet header.</summary>
    private VnetHeader Header() => new()
    {
        Flags = choices.Of<byte>(0, 1, 1, 1, 2, 3, choices.Byte()),
        GsoType = (GsoType)choices.Of<byte>(0, 1, 3, 4, 5, 0x80, 0x81, 0x84, 0x85, choices.Byte()),
        HdrLen = choices.Field(),
        GsoSize = choices.Field(),
        CsumStart = choices.Field(),
        CsumOffset = choices.Field(),
    };
}

/// <summary>What a guest hands to its NIC.</summary>
/// <param name="Vnet">What its vnet header says.</param>
/// <param name="Frame">The frame behind it.</param>
/// <param name="IsGood">Made by the rules: it must be sent.</param>
/// <param name="IsRaw">The NIC sends it without a vnet header (l2tp_session_transmit_raw).</param>
internal sealed record GuestFrame(VnetHeader Vnet, byte[] Frame, bool IsGood, bool IsRaw);
