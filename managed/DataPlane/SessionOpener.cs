// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane;

/// <summary>From the netdev's options to an open session.</summary>
internal static class SessionOpener
{
    /// <summary>Opens a session from what a host hands over.</summary>
    /// <param name="options">The netdev's options.</param>
    /// <param name="settings">The value of QEMU_L2TPV3, or null.</param>
    /// <param name="guest">The guest side.</param>
    /// <returns>An open session.</returns>
    /// <exception cref="OptionException">It cannot be had. Nothing is left open.</exception>
    public static Session Open(NetdevOptions options, string? settings, GuestPort guest)
    {
        ManagedHeap.CheckRoom();
        Settings own = SettingsReader.Read(settings, options.Id);
        SessionParameters parameters = own.Header.ApplyTo(options.ToSessionParameters());
        SocketPlan plan = SocketPlan.Make(options, parameters, own);
        using BlockScope blocks = BlockScope.Begin();
        DatagramSocket socket = SocketOpener.Open(plan);
        PageMemory? page = null;
        Session? session = null;
        try
        {
            page = PageMemory.Publish(own.StatisticsDirectory, out string problem);
            Notices.TellNoPage(guest, problem);
            session = new Session(guest, socket, plan, parameters, options.Id, page, own.Given, own.Capture.Limits);
            Notices.TellReservedSession(guest, session.Name, parameters);
            session.Captures.Start(own.Capture, guest, session.Name);
            InheritedSocket.Keep(socket, plan);
            BlockScope.Keep();
            return session;
        }
        catch
        {
            if (session is not null)
            {
                session.Abandon();
            }
            else
            {
                socket.Dispose();
                page?.Dispose();
            }

            throw;
        }
    }
}
