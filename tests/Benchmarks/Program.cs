// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Flight;
using Benchmarks.Guests;
using Benchmarks.Hub;
using Benchmarks.Offload;
using Benchmarks.Vhost;

namespace Benchmarks;

/// <summary>
/// What the plugin is worth, against QEMU's own backend, a tap and a bare loop of system calls. Only ratios of one run hold: the
/// figures themselves change with the machine, its kernel and its other guests.
///
/// Hub/ is the backend alone (how it is wired: HubBench.cs), Flight/ the same for one frame at a time, Guests/ the whole with two
/// guests (GuestBench.cs), Offload/ and driver/ the data plane without QEMU (driver/main.c). Traffic/ has the senders and counters and the choices of queue and
/// buffer sizes (TapPort.cs, DatagramPort.cs), Report/ the tables and the chart. Vhost/ and bare-loop/ are a vhost-user back end with the
/// tests' own driver (VhostBench.cs). Without a command all of them run.
///
/// Two CPUs are enough: the bench sends and counts on one, QEMU works on the other (QemuLaunch.cs). On loopback and on a tap the
/// kernel handles a frame where it was sent, so QEMU's CPU pays for what QEMU sends, and for nothing that is sent to it
/// but the copy into its own memory.
/// </summary>
internal static class Program
{
    private const int Rounds = 3;

    private static int Main(string[] arguments)
    {
        CommonArguments common = new(Rounds);
        RootCommand root = new("Measures everything; or one of its commands.")
        {
            HubCommand.Create(),
            FlightCommand.Create(),
            GuestCommand.Create(),
            OffloadCommand.Create(),
            VhostCommand.Create(),
        };
        common.AddTo(root);
        root.SetAction(parsed => common.RunAll(parsed, [HubCommand.Name, FlightCommand.Name, GuestCommand.Name, OffloadCommand.Name, VhostCommand.Name]));
        return root.Parse(arguments).Invoke();
    }
}
