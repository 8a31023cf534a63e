// SPDX-License-Identifier: GPL-2.0-or-later
//
// Decides for each frame how its datagram is sent.
//
//     df=        IPv4                                                  IPv6 (routers never fragment, RFC 8200, 5)
//     not set    DF where it fits the path, so that a router which     as the system has it: this host fragments what is
//                takes less says so (RFC 1191); this host fragments    longer than the path
//                the rest, as the stock backend has it
//     on         DF; what is longer than the path is dropped           what is longer than the path is dropped
//     off        never DF                                              as the system has it
//     inherit    on or off, as the frame's IPv4 header says; on for frames of IPv6
//
// tos=inherit takes over the DSCP. The ECN bits stay 0: the other end does not hand a mark of the path on to the frame, and
// then a mark must not be made (RFC 6040, 4.1, compatibility mode).

using System;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The rule of one session.</summary>
internal sealed class SendPolicy
{
    private const byte DscpMask = 0xFC;

    private readonly PathMtu _pathMtu;
    private readonly DontFragmentSetting _setting;
    private readonly PmtuDiscovery _fitting;
    private readonly PmtuDiscovery _long;

    public SendPolicy(DatagramSocket socket, PathMtu pathMtu, SocketPlan plan)
    {
        _pathMtu = pathMtu;
        _setting = plan.PacketSettings.DontFragment;
        InheritsClass = plan.PacketSettings.InheritsTos;
        PmtuDiscovery system = socket.DefaultDiscovery;
        (_fitting, _long) = _setting switch
        {
            DontFragmentSetting.On => (PmtuDiscovery.Do, PmtuDiscovery.Do),
            DontFragmentSetting.Off or DontFragmentSetting.Inherit when !plan.IsIpv6 => (PmtuDiscovery.Dont, PmtuDiscovery.Dont),
            DontFragmentSetting.Fitting when !plan.IsIpv6 && system == PmtuDiscovery.Want => (PmtuDiscovery.Do, system),
            _ => (system, system),
        };
    }

    /// <summary>tos=inherit.</summary>
    public bool InheritsClass { get; set; }

    /// <summary>The frame itself decides, so its first bytes must be read.</summary>
    public bool Looks => InheritsClass || _setting == DontFragmentSetting.Inherit;

    /// <summary>How the datagrams of a frame are sent.</summary>
    /// <param name="frameLength">The longest of their frames.</param>
    /// <param name="head">The first bytes of the guest's frame; none when nobody <see cref="Looks"/>.</param>
    public SendOptions Of(int frameLength, ReadOnlySpan<byte> head) => Looks ? Look(frameLength, head) : Of(frameLength);

    /// <summary>How a datagram is sent that was thought to fit and does not; the same options once the kernel has refused them for good.</summary>
    public SendOptions WhenTooLong(SendOptions options) => _fitting != _long && options.Discovery == _fitting ? new SendOptions(_long, options.TrafficClass) : options;

    private SendOptions Of(int frameLength) => new(_pathMtu.Fits(frameLength) ? _fitting : _long);

    private SendOptions Look(int frameLength, ReadOnlySpan<byte> head)
    {
        (byte trafficClass, bool dontFragment) = InnerIp.Read(head);
        SendOptions options = _setting == DontFragmentSetting.Inherit && dontFragment ? new SendOptions(PmtuDiscovery.Do) : Of(frameLength);
        return InheritsClass ? new SendOptions(options.Discovery, (byte)(trafficClass & DscpMask)) : options;
    }
}
