// SPDX-License-Identifier: GPL-2.0-or-later

using System.Threading;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Log;

/// <summary>
/// What a netdev tells when it opens. What is true of the whole host is told once, not by each of its netdevs, which may have
/// threads of their own.
/// </summary>
internal static class Notices
{
    private static bool s_hasToldLimits;
    private static bool s_hasToldNoPage;
    private static int s_toldCalls;

    /// <summary>Sockets have less than they should.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="notice">In words; empty: there is nothing to tell.</param>
    public static void TellLimits(GuestPort guest, string notice)
    {
        if (notice.Length != 0 && !Interlocked.Exchange(ref s_hasToldLimits, true))
        {
            guest.Report(Severity.Information, $"l2tpv3: {notice}");
        }
    }

    /// <summary>A sandbox refuses calls that have something to take their place.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="refused">Which.</param>
    public static void TellRefusedCalls(GuestPort guest, RefusedCalls refused)
    {
        if ((refused & ~(RefusedCalls)Volatile.Read(ref s_toldCalls)) == RefusedCalls.None)
        {
            return;
        }

        RefusedCalls news = refused & ~(RefusedCalls)Interlocked.Or(ref s_toldCalls, (int)refused);
        using LogLine line = LogLine.Begin();
        if (news.HasFlag(RefusedCalls.Send))
        {
            guest.Report(Severity.Information, "l2tpv3: a sandbox blocks sendmmsg, so each message needs its own call of sendmsg, which is slower; allow sendmmsg in the sandbox");
        }

        if (news.HasFlag(RefusedCalls.Receive))
        {
            guest.Report(Severity.Information, "l2tpv3: a sandbox blocks recvmmsg, so each message needs its own call of recvmsg, which is slower; allow recvmmsg in the sandbox");
        }
    }

    /// <summary>A session has the id that control messages have. QEMU's own backend takes it, so it is not refused.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    /// <param name="parameters">Its session.</param>
    public static void TellReservedSession(GuestPort guest, string name, SessionParameters parameters)
    {
        if (parameters.TransmitSessionId != 0 && parameters.ReceiveSessionId != 0)
        {
            return;
        }

        string which = parameters.TransmitSessionId == 0 ? "txsession=0" : "rxsession=0";
        string consequence = parameters.Carrier == Carrier.Udp
            ? "many peers reject such a session"
            : "over raw IP a peer takes its frames for control messages";
        guest.Report(Severity.Warning, $"{name}: {which}: session ID 0 is reserved for control messages (RFC 3931, 4.1), and {consequence}; use another ID at both ends");
    }

    /// <summary>Nobody can look into the netdevs.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="problem">Why; empty: everybody can who may.</param>
    public static void TellNoPage(GuestPort guest, string problem)
    {
        if (problem.Length != 0 && !Interlocked.Exchange(ref s_hasToldNoPage, true))
        {
            guest.Report(Severity.Information, $"l2tpv3: l2tpv3-stat cannot see the netdevs of this process ({problem}); set stats=DIRECTORY to a directory for their statistics, or stats=off to have none");
        }
    }
}
