// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;

namespace L2tpv3.DataPlane.Properties;

/// <summary>gso, gro and mssfix.</summary>
/// <param name="socket">The socket.</param>
/// <param name="plan">What it is for.</param>
/// <param name="isUdp">It is UDP.</param>
/// <param name="segmentation">Which runs the kernel takes.</param>
/// <param name="pathMtu">What the path takes whole.</param>
/// <param name="alarms">The timer.</param>
/// <param name="queue">What waits to be sent.</param>
internal sealed class OffloadProperties(DatagramSocket socket, SocketPlan plan, bool isUdp, UdpSegmentation segmentation, PathMtu pathMtu, AlarmClock alarms, TransmitQueue queue)
{
    private GsoSetting _gso = !plan.Segmentation ? GsoSetting.Off : plan.UnevenRunsOnly ? GsoSetting.Uneven : GsoSetting.On;
    private bool _gro = plan.Coalescing;

    public string Gso => InWords(_gso);

    public string Gro => InWords(_gro);

    public string MssFix => InWords(pathMtu.LowersMss);

    public void SetGso(GsoSetting gso)
    {
        if (gso != GsoSetting.Off && (!isUdp || plan.PacketSettings.UdpChecksum is false))
        {
            throw new OptionException($"gso={InWords(gso)} is for UDP with checksums (udp(7), UDP_SEGMENT); this netdev has none");
        }

        _gso = gso;
        queue.SendWaiting();
        segmentation.Set(gso);
        if (gso == GsoSetting.Off)
        {
            queue.Split();
        }
    }

    public void SetGro(bool gro)
    {
        if (gro && !isUdp)
        {
            throw new OptionException("gro=on is for UDP (udp(7), UDP_GRO); this netdev has none");
        }

        if (gro)
        {
            socket.BeginCoalescing();
        }
        else if (_gro)
        {
            socket.EndCoalescing();
            alarms.Set(Alarm.Coalescing, DatagramSocket.CoalescingDoubtMs);
        }

        _gro = gro;
    }

    /// <summary>gro=off was some time ago.</summary>
    public void EndCoalescing()
    {
        if (!socket.HasCoalescingEnded())
        {
            alarms.Set(Alarm.Coalescing, DatagramSocket.CoalescingDoubtMs);
        }
    }

    public void SetMssFix(bool mssFix) => pathMtu.LowersMss = mssFix;

    private static string InWords(bool value) => value ? "on" : "off";

    private static string InWords(GsoSetting gso) => gso switch { GsoSetting.Off => "off", GsoSetting.Uneven => "uneven", _ => "on" };
}
