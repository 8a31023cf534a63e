// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Guests;
using Benchmarks.Hub;

namespace Benchmarks;

/// <summary>
/// What the plugin is worth, against QEMU's own backend and against a tap. Only ratios of one run hold: the figures themselves
/// change with the machine, its kernel and its other guests.
///
/// Hub/ is the backend alone (how it is wired: HubBench.cs), Guests/ the whole with two guests (GuestBench.cs), Traffic/ has the
/// senders and counters and the choices of queue and buffer sizes (TapPort.cs, DatagramPort.cs), Report/ the tables.
///
/// Two CPUs are enough: the hub bench sends and counts on one, QEMU works on the other (Cpus.cs). On loopback and on a tap the
/// kernel handles a frame where it was sent, so QEMU's CPU pays for what QEMU sends, and for nothing that is sent to it
/// but the copy into its own memory.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        RootCommand root = new("Measures stock l2tpv3, the plugin, tap and dgram through QEMU's hub.");
        HubCommand.Configure(root);
        Command guests = new("guests", "Measures TCP and ping between two guests: stock l2tpv3, the plugin, tap.");
        GuestCommand.Configure(guests);
        root.Subcommands.Add(guests);
        return root.Parse(arguments).Invoke();
    }
}
