// SPDX-License-Identifier: GPL-2.0-or-later
//
// l2tpv3-vhost: the session of the plugin (managed/DataPlane) behind the vhost-user protocol, for QEMUs that the plugin cannot enter and for other VMMs.
//
//     VMM --unix socket: requests--> Loop/Server --> Device/FrontEnd
//     guest's rings <--shared memory--> Guest/NetGuest <--> the session <--> its socket
//
// Each netdev has a thread, and no two of them share anything but the log. First all sessions are opened, then all sockets; only then is anybody served, so a
// netdev that cannot be had ends the program before a guest depends on another one.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Errors;
using L2tpv3.Vhost.CommandLine;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Loop;

namespace L2tpv3.Vhost;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly Option<string?> s_socket = new("--socket", "--socket-path", "-s")
    {
        Description = "listen on this unix socket for a front-end: QEMU's chardev, or another VMM",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_control = new("--control")
    {
        Description = "take requests about the running netdev on this unix socket, from the same user only; by default, beside its statistics page",
        HelpName = "PATH",
    };

    private static readonly Option<string[]> s_netdev = new("--netdev", "-n")
    {
        Description = "a netdev with its socket, socket=PATH[,control=PATH],src=...; one for each time that it is given",
        HelpName = "LIST",
    };

    private static readonly Option<string[]> s_config = new("--config", "-c")
    {
        Description = "read netdevs from a file, such a list in each line; # begins a comment",
        HelpName = "FILE",
    };

    private static readonly Argument<string?> s_options = new("options")
    {
        Description = "the options of -netdev l2tpv3 and the plugin's settings: src=...,dst=...,udp=on,srcport=...,dstport=...,txsession=...[,...]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static int Main(string[] arguments)
    {
        RootCommand root = new("Gives the guests of any VMM L2TPv3 tunnels, by vhost-user (qemu-l2tpv3).") { s_socket, s_control, s_netdev, s_config, s_options };
        root.SetAction(Run);
        return root.Parse(arguments).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static int Run(ParseResult parsed)
    {
        EventLog log = new(Console.Error);
        List<Netdev> netdevs = [];
        string subject = string.Empty;
        try
        {
            IReadOnlyList<NetdevArgument> given = NetdevArgument.All(
                parsed.GetValue(s_socket),
                parsed.GetValue(s_control),
                parsed.GetValue(s_options),
                parsed.GetValue(s_netdev) ?? [],
                parsed.GetValue(s_config) ?? []);
            foreach (NetdevArgument argument in given)
            {
                subject = Subject(argument.DefaultId, argument.Origin);
                netdevs.Add(Open(argument, netdevs, out subject));
            }

            using PosixSignalRegistration terminate = StopAt(PosixSignal.SIGTERM, netdevs);
            using PosixSignalRegistration interrupt = StopAt(PosixSignal.SIGINT, netdevs);
            Listen(netdevs, out subject);
            return Serve(netdevs);
        }
        catch (Exception exception) when (exception is OptionException or SystemCallException)
        {
            log.Error(subject + exception.Message);
            return 1;
        }
        finally
        {
            netdevs.ForEach(netdev => netdev.Dispose());
        }
    }

    private static Netdev Open(NetdevArgument argument, List<Netdev> before, out string subject)
    {
        subject = Subject(argument.DefaultId, argument.Origin);
        OptionList list = OptionList.Parse(argument.Options, argument.DefaultId);
        string id = list.Netdev.Id;
        subject = Subject(id, argument.Origin);
        return before.Exists(other => string.Equals(other.Id, id, StringComparison.Ordinal))
            ? throw new OptionException("there are two of this name; give each its own id=")
            : new Netdev(list.Netdev, list.Settings, argument.Socket, argument.Control, new EventLog(Console.Error, $"l2tpv3 netdev '{id}'")) { Origin = argument.Origin };
    }

    private static PosixSignalRegistration StopAt(PosixSignal signal, List<Netdev> netdevs) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        netdevs.ForEach(netdev => netdev.Stop());
    });

    private static void Listen(List<Netdev> netdevs, out string subject)
    {
        subject = string.Empty;
        foreach (Netdev netdev in netdevs)
        {
            subject = Subject(netdev.Id, netdev.Origin);
            netdev.Listen();
        }
    }

    /// <summary>Until somebody ends the program, or one of the netdevs cannot go on.</summary>
    private static int Serve(List<Netdev> netdevs)
    {
        foreach (Netdev netdev in netdevs)
        {
            netdev.Start(failed: () => netdevs.ForEach(other => other.Stop()));
        }

        netdevs.ForEach(netdev => netdev.Join());
        return netdevs.Any(netdev => netdev.HasFailed) ? 1 : 0;
    }

    private static string Subject(string id, string origin) => origin.Length == 0 ? $"l2tpv3 netdev '{id}': " : $"{origin}: l2tpv3 netdev '{id}': ";
}
