// SPDX-License-Identifier: GPL-2.0-or-later
//
// l2tpv3-vhost: the session of the plugin (managed/DataPlane) behind the vhost-user protocol, for QEMUs that the plugin cannot enter and for other VMMs.
//
//     VMM --unix socket: requests--> Loop/Server --> Device/FrontEnd
//     guest's rings <--shared memory--> Guest/NetGuest <--> the session <--> its socket

using System;
using System.CommandLine;
using System.IO;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Errors;
using L2tpv3.Vhost.CommandLine;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Loop;

namespace L2tpv3.Vhost;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly Option<string> s_socket = new("--socket", "--socket-path", "-s")
    {
        Description = "listen on this unix socket for a front-end: QEMU's chardev, or another VMM",
        Required = true,
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_control = new("--control")
    {
        Description = "take requests about the running netdev on this unix socket, from the same user only: list, get NAME, set NAME=VALUE",
        HelpName = "PATH",
    };

    private static readonly Argument<string> s_options = new("options")
    {
        Description = "the options of -netdev l2tpv3 and the plugin's settings: src=...,dst=...,udp=on,srcport=...,dstport=...,txsession=...[,...]",
    };

    private static int Main(string[] arguments)
    {
        RootCommand root = new("Gives the guest of any VMM an L2TPv3 tunnel, by vhost-user (qemu-l2tpv3).") { s_socket, s_control, s_options };
        root.SetAction(parsed => Run(parsed.GetRequiredValue(s_socket), parsed.GetValue(s_control), parsed.GetRequiredValue(s_options)));
        return root.Parse(arguments).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static int Run(string socket, string? control, string options)
    {
        EventLog log = new(Console.Error);
        string name = Path.GetFileName(socket);
        string id = name.EndsWith(".sock", StringComparison.Ordinal) ? name[..^".sock".Length] : name;
        try
        {
            OptionList list = OptionList.Parse(options, id);
            id = list.Netdev.Id;
            using Server server = new(log);
            server.Guest.Session = SessionOpener.Open(list.Netdev, list.Settings, server.Guest.Port);
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(server, context));
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(server, context));
            if (control is not null)
            {
                server.Control(control);
            }

            server.Listen(socket);
            log.Information($"l2tpv3 netdev '{id}' waits for a front-end on {socket}");
            server.Run();
            log.Information($"l2tpv3 netdev '{id}' has ended");
            return 0;
        }
        catch (Exception exception) when (exception is OptionException or SystemCallException)
        {
            log.Error($"l2tpv3 netdev '{id}': {exception.Message}");
            return 1;
        }
    }

    private static void End(Server server, PosixSignalContext context)
    {
        context.Cancel = true;
        server.Stop();
    }
}
